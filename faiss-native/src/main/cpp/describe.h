// An index as text, one line a part, parents before children, fields separated by tabs:
//   depth  role  kind  dimension  count  metric  trained  name=value...
// kind is the C++ class without namespace and template. The first line is the index itself.
#pragma once

#include <cstring>
#include <sstream>

#include <faiss/Index2Layer.h>
#include <faiss/IndexFastScan.h>
#include <faiss/IndexLSH.h>
#include <faiss/IndexScalarQuantizer.h>
#include <faiss/VectorTransform.h>

#include "operations.h"

namespace faissj {

template <class T>
std::string kindOf(const T* object) {
    std::string name = faiss::demangle_cpp_symbol(typeid(*object).name());
    if (name.rfind("faiss::", 0) == 0) name = name.substr(7);
    name = name.substr(0, name.find('<'));
    const char* suffix = "Template";
    if (name.size() > strlen(suffix) && name.compare(name.size() - strlen(suffix), std::string::npos, suffix) == 0)
        name.resize(name.size() - strlen(suffix));
    return name;
}

inline void describePart(std::ostringstream& out, const faiss::Index* index, int depth, const char* role) {
    out << depth << '\t' << role << '\t' << kindOf(index) << '\t' << index->d << '\t' << index->ntotal << '\t'
        << int(index->metric_type) << '\t' << int(index->is_trained);
    auto field = [&out](const char* name, auto value) { out << '\t' << name << '=' << value; };
    auto part = [&out, depth](const faiss::Index* inner, const char* innerRole) {
        out << '\n';
        if (inner) describePart(out, inner, depth + 1, innerRole);
        else out << depth + 1 << '\t' << innerRole << "\tnone\t0\t0\t0\t0";
    };
    if (index->metric_type == faiss::METRIC_Lp) field("metric_arg", index->metric_arg);
    if (auto map = dynamic_cast<const faiss::IndexIDMap*>(index)) {
        part(map->index, "index");
    } else if (auto chain = dynamic_cast<const faiss::IndexPreTransform*>(index)) {
        for (size_t i = 0; i < chain->chain.size(); i++)
            out << "\ttransform=" << kindOf(chain->chain[i]) << '(' << chain->chain[i]->d_in << "->"
                << chain->chain[i]->d_out << ')';
        part(chain->index, "index");
    } else if (auto refine = dynamic_cast<const faiss::IndexRefine*>(index)) {
        field("k_factor", refine->k_factor);
        part(refine->base_index, "base");
        part(refine->refine_index, "refine");
    } else if (auto ivf = dynamic_cast<const faiss::IndexIVF*>(index)) {
        field("nlist", ivf->nlist);
        field("nprobe", ivf->nprobe);
        field("code_size", ivf->code_size);
        field("by_residual", int(ivf->by_residual));
        field("direct_map", int(ivf->direct_map.type));
        if (auto pq = dynamic_cast<const faiss::IndexIVFPQ*>(ivf)) {
            field("M", pq->pq.M);
            field("nbits", pq->pq.nbits);
            field("use_precomputed_table", pq->use_precomputed_table);
        }
        if (auto scan = dynamic_cast<const faiss::IndexIVFFastScan*>(ivf)) {
            field("M", scan->M);
            field("nbits", scan->nbits);
            field("bbs", scan->bbs);
        }
        if (auto scalar = dynamic_cast<const faiss::IndexIVFScalarQuantizer*>(ivf)) field("qtype", int(scalar->sq.qtype));
        part(ivf->quantizer, "quantizer");
    } else if (auto hnsw = dynamic_cast<const faiss::IndexHNSW*>(index)) {
        field("M", hnsw->hnsw.nb_neighbors(1));
        field("efConstruction", hnsw->hnsw.efConstruction);
        field("efSearch", hnsw->hnsw.efSearch);
        field("max_level", hnsw->hnsw.max_level);
        part(hnsw->storage, "storage");
    } else if (auto nsg = dynamic_cast<const faiss::IndexNSG*>(index)) {
        field("R", nsg->nsg.R);
        field("search_L", nsg->nsg.search_L);
        field("is_built", int(nsg->nsg.is_built));
        part(nsg->storage, "storage");
    } else if (auto codes = dynamic_cast<const faiss::IndexFlatCodes*>(index)) {
        field("code_size", codes->code_size);
        if (auto pq = dynamic_cast<const faiss::IndexPQ*>(index)) {
            field("M", pq->pq.M);
            field("nbits", pq->pq.nbits);
        }
        if (auto scalar = dynamic_cast<const faiss::IndexScalarQuantizer*>(index)) field("qtype", int(scalar->sq.qtype));
        if (auto lsh = dynamic_cast<const faiss::IndexLSH*>(index)) field("nbits", lsh->nbits);
    } else if (auto scan = dynamic_cast<const faiss::IndexFastScan*>(index)) {
        field("M", scan->M);
        field("nbits", scan->nbits);
        field("bbs", scan->bbs);
    }
}

inline std::string describe(const faiss::Index* index) {
    std::ostringstream out;
    describePart(out, index, 0, "index");
    return out.str();
}

} // namespace faissj
