"""What README.md's table says on its Python side, run: ComingFromPythonTest runs the Java side and compares.

    calls.py FOLDER    x.f32 and q.f32 in, one array or index file a call out
"""
import sys

import faiss
import numpy as np
from faiss.contrib.ondisk import merge_ondisk

d, folder = 16, sys.argv[1]
faiss.omp_set_num_threads(1)
x = np.fromfile(f"{folder}/x.f32", dtype="float32").reshape(-1, d)
q = np.fromfile(f"{folder}/q.f32", dtype="float32").reshape(-1, d)
ids = np.arange(len(x)) * 3


def out(name, array, dtype):
    np.ascontiguousarray(array, dtype=dtype).tofile(f"{folder}/{name}")


index = faiss.index_factory(d, "IVF16,SQ8", faiss.METRIC_L2)
index.train(x)
index.add_with_ids(x, ids)
faiss.write_index(index, f"{folder}/trained.faiss")
out("serialized", faiss.serialize_index(index), "uint8")

index = faiss.read_index(f"{folder}/trained.faiss")
D, I = index.search(q, 10)
out("search", I, "int64")
D, I = index.search(q, 10, params=faiss.SearchParametersIVF(nprobe=8))
out("nprobe", I, "int64")
sel = faiss.IDSelectorAnd(faiss.IDSelectorRange(0, 900), faiss.IDSelectorNot(faiss.IDSelectorBatch([3, 6])))
D, I = index.search(q, 10, params=faiss.SearchParametersIVF(sel=sel, nprobe=8))
out("filtered", I, "int64")
lims, D, I = index.range_search(q, 16.0)
out("lims", lims, "int64")
D, I, R = index.search_and_reconstruct(q, 10)
out("recons", R, "float32")
out("assign", index.quantizer.assign(q, 1), "int64")

codes = index.sa_encode(q)
out("codes", codes, "uint8")
out("decoded", index.sa_decode(codes), "float32")

out("centroids", index.quantizer.reconstruct_n(0, index.nlist), "float32")
index.nprobe = 8
D, I = index.quantizer.search(q, 8)
D, I = index.search_preassigned(q, 10, I, D)
out("preassigned", I, "int64")
faiss.write_index(index, f"{folder}/nprobe.faiss")
index.nprobe = 1

index.set_direct_map_type(faiss.DirectMap.Hashtable)
out("reconstruct", index.reconstruct(30), "float32")
index.set_direct_map_type(faiss.DirectMap.NoMap)

size = index.invlists.list_size(5)
out("list", faiss.rev_swig_ptr(index.invlists.get_ids(5), size), "int64")

half = faiss.clone_index(index)
half.reset()
index.copy_subset_to(half, faiss.InvertedLists.SUBSET_TYPE_ID_RANGE, 0, 600)
faiss.write_index(half, f"{folder}/half.faiss")
index.remove_ids(faiss.IDSelectorRange(0, 600))
faiss.write_index(index, f"{folder}/removed.faiss")
index.merge_from(half, 0)
faiss.write_index(index, f"{folder}/merged.faiss")
merge_ondisk(half, [f"{folder}/half.faiss", f"{folder}/removed.faiss"], f"{folder}/both.lists")

graph = faiss.index_factory(d, "IVF256_HNSW4,Flat")
graph.train(x)
graph.add(x)
faiss.write_index(graph, f"{folder}/graph.faiss")
links = faiss.index_factory(d, "HNSW4,Flat")
links.hnsw.efConstruction = 80
links.add(x)
faiss.write_index(links, f"{folder}/links.faiss")
faiss.ParameterSpace().set_index_parameters(graph, "nprobe=4,quantizer_efSearch=1")
D, I = graph.search(q, 10)
out("nested", I, "int64")

disk = faiss.read_index(f"{folder}/trained.faiss")
lists = faiss.OnDiskInvertedLists(disk.nlist, disk.code_size, f"{folder}/python.lists")
lists.merge_from_1(disk.invlists)
disk.replace_invlists(lists)
faiss.write_index(disk, f"{folder}/ondisk.faiss")
del disk

first, second = (faiss.index_factory(d, "IDMap2,Flat") for _ in range(2))
first.add_with_ids(x[:400], ids[:400])
second.add_with_ids(x[400:], ids[400:])
shards = faiss.IndexShards(d, False, False)
shards.add_shard(first)
shards.add_shard(second)
D, I = shards.search(q, 10)
out("shards", I, "int64")

first, second = faiss.index_factory(d, "IVF8,SQ8"), faiss.index_factory(d, "IVF16,Flat")
shards = faiss.IndexShards(d, False, False)
shards.add_shard(first)
shards.add_shard(second)
shards.train(x)
shards.add(x[:999])
out("shards.lists", [first.ntotal, second.ntotal], "int64")
out("shards.added", shards.search(q, 10)[1], "int64")

for name, factories in {"plain": ("IVF16,SQ8", "IVF16,Flat"), "codes": ("IVF16_HNSW8,Flat", "IVF16,PQ4np")}.items():
    first, second = (faiss.index_factory(d, factory) for factory in factories)
    quantizer = faiss.index_factory(d, "HNSW8" if "HNSW" in factories[0] else "Flat")
    shards = faiss.IndexShardsIVF(quantizer, 16, False, False)
    shards.add_shard(first)
    shards.add_shard(second)
    shards.quantizer_trains_alone = 2 if "HNSW" in factories[0] else 0
    shards.train(x)
    shards.add(x[:999])
    faiss.ParameterSpace().set_index_parameter(shards, "nprobe", 4)
    out(f"shards.{name}", shards.search(q, 10)[1], "int64")

first, second = faiss.IndexFlatL2(d), faiss.IndexFlatL2(d)
shards = faiss.IndexShards(d)
shards.add_shard(first)
shards.add_shard(second)
shards.add(x[:999])
D, I = shards.search(q, 10)
out("successive", I, "int64")

first, second = faiss.read_index(f"{folder}/graph.faiss"), faiss.read_index(f"{folder}/graph.faiss")
replicas = faiss.IndexReplicas()
replicas.add_replica(first)
replicas.add_replica(second)
replicas.add(x[:100])
D, I = replicas.search(q, 10)
out("replicas", I, "int64")

for name in ["PCA8", "PCAR4", "OPQ4_8", "RR8", "ITQ8", "L2norm", "Pad20"]:
    owner = faiss.index_factory(d, name + ",Flat")
    vt = faiss.downcast_VectorTransform(owner.chain.at(0))
    faiss.write_VectorTransform(vt, f"{folder}/{name}.untrained.vt")
    vt.train(x)
    out(f"{name}.applied", vt.apply(q), "float32")
    if name != "ITQ8":
        out(f"{name}.reversed", vt.reverse_transform(vt.apply(q)), "float32")
    faiss.write_VectorTransform(vt, f"{folder}/{name}.vt")
center = faiss.CenteringTransform(d)
center.train(x)
out("Center.applied", center.apply(q), "float32")
out("Center.reversed", center.reverse_transform(center.apply(q)), "float32")
faiss.write_VectorTransform(center, f"{folder}/Center.vt")
pca = faiss.PCAMatrix(d, 8)
pca.train(x)
out("pca", pca.apply(q), "float32")
vt = faiss.read_VectorTransform(f"{folder}/java.vt")
out("theirs.vt", vt.apply(q), "float32")

kmeans = faiss.Kmeans(d, 8, niter=5, int_centroids=True)
kmeans.train(x * 4)
out("whole", kmeans.centroids, "float32")
kmeans = faiss.Kmeans(d, 8, niter=5, frozen_centroids=True)
kmeans.train(x, init_centroids=x[:3])
out("frozen", kmeans.centroids, "float32")

pq = faiss.ProductQuantizer(d, 4, 8)
pq.train(x)
out("pq", pq.compute_codes(q), "uint8")
sq = faiss.ScalarQuantizer(d, faiss.ScalarQuantizer.QT_6bit)
sq.train(x)
out("sq", sq.compute_codes(q), "uint8")
out("sq.decoded", sq.decode(sq.compute_codes(q)), "float32")

truth = faiss.knn(q, x, 10)[1]
for name in ["IVF64,Flat", "IVF32_HNSW4,SQ8,RFlat", "IDMap2,HNSW4", "IMI2x4,PQ4np", "IVF16,PQ4np", "Flat"]:
    index = faiss.index_factory(d, name)
    index.train(x)
    index.add_with_ids(x, np.arange(len(x))) if "IDMap" in name else index.add(x)
    faiss.write_index(index, f"{folder}/{name}.tuned")
    space = faiss.ParameterSpace()
    space.verbose = 0
    space.initialize(faiss.downcast_index(index.index) if "IDMap" in name else index)
    crit = faiss.IntersectionCriterion(len(q), 10)
    crit.set_groundtruth(None, truth)
    space.n_experiments = 0
    points = space.explore(index, q, crit)
    tried = [points.all_pts.at(i) for i in range(points.all_pts.size())]
    tried = [point for point in tried if "ht=" not in point.key or "ht=32" in point.key]  # 32 is without
    out(f"{name}.quality", [point.perf for point in tried], "float64")
    with open(f"{folder}/{name}.combinations", "w") as file:
        file.write("\n".join(point.key.replace(",ht=32", "") for point in tried))

ivf, lists = faiss.SearchParametersIVF, faiss.SearchParametersIVF(nprobe=4)
coarse = faiss.SearchParametersResidualCoarseQuantizer(beam_factor=1.0)
parameters = [
    ("IVF16,Flat", "nprobe=16,max_codes=200", ivf(nprobe=16, max_codes=200)),
    ("IVF64(IVF8,Flat),Flat", "nprobe=4,quantizer_nprobe=5", ivf(nprobe=4, quantizer_params=ivf(nprobe=5))),
    ("IVF256(RCQ2x4),Flat", "nprobe=4,beam_factor=1", ivf(nprobe=4, quantizer_params=coarse)),
    ("IVF16,PQ4np,RFlat", "nprobe=4,k_factor=3", faiss.IndexRefineSearchParameters(k_factor=3, base_index_params=lists)),
    ("HNSW4,Flat", "efSearch=12,bounded_queue=0", faiss.SearchParametersHNSW(efSearch=12, bounded_queue=False)),
    ("HNSW4,Flat", "check_relative_distance=0", faiss.SearchParametersHNSW(check_relative_distance=False)),
    ("RaBitQ", "qb=2", faiss.RaBitQSearchParameters(qb=2)),
    ("IVF16,RaBitQ", "nprobe=4,qb=2", faiss.IVFRaBitQSearchParameters(nprobe=4, qb=2)),
]
for i, (factory, _, given) in enumerate(parameters):
    index = faiss.index_factory(d, factory)
    index.train(x)
    index.add(x)
    faiss.write_index(index, f"{folder}/parameters{i}.faiss")
    out(f"parameters{i}", index.search(q, 10, params=given)[1], "int64")
with open(f"{folder}/parameters", "w") as file:
    file.write("\n".join(java for _, java, _ in parameters))

theirs = faiss.read_index(f"{folder}/java.faiss")
out("theirs", theirs.search(q, 10)[1], "int64")
theirs = faiss.read_index(f"{folder}/java.ondisk")
out("theirs.ondisk", theirs.search(q, 10)[1], "int64")
