package dev.faissjvm.faiss.presets;

import java.util.List;
import org.bytedeco.javacpp.ClassProperties;
import org.bytedeco.javacpp.LoadEnabled;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * Maps Faiss's C++ headers to the Java peers in {@code dev.faissjvm.faiss.raw}, and says which
 * native libraries they need. Each group of lines below says what the parser would do without it.
 */
@Properties(
    inherit = org.bytedeco.javacpp.presets.javacpp.class,
    value =
        @Platform(
            value = "linux-x86_64",
            compiler = "cpp17",
            define = {"FINTEGER int"},
            include = {
              "faiss/MetricType.h",
              "faiss/Index.h",
              "faiss/impl/IDSelector.h",
              "faiss/impl/AuxIndexStructures.h",
              "faiss/impl/io.h",
              "faiss/impl/FaissException.h",
              "faiss/IndexBinary.h",
              "faiss/utils/AlignedTable.h",
              "faiss/utils/random.h",
              "faiss/impl/DistanceComputer.h",
              "faiss/impl/CodePacker.h",
              "faiss/impl/maybe_owned_vector.h",
              "faiss/impl/mapped_io.h",
              "faiss/impl/zerocopy_io.h",
              "faiss/Clustering.h",
              "faiss/VectorTransform.h",
              "faiss/IndexFlatCodes.h",
              "faiss/IndexFlat.h",
              "faiss/impl/PolysemousTraining.h",
              "faiss/impl/Quantizer.h",
              "faiss/impl/ProductQuantizer.h",
              "faiss/impl/ScalarQuantizer.h",
              "faiss/impl/AdditiveQuantizer.h",
              "faiss/impl/ResidualQuantizer.h",
              "faiss/impl/LocalSearchQuantizer.h",
              "faiss/impl/ProductAdditiveQuantizer.h",
              "faiss/impl/RaBitQuantizer.h",
              "faiss/invlists/InvertedLists.h",
              "faiss/invlists/BlockInvertedLists.h",
              "faiss/invlists/DirectMap.h",
              "faiss/invlists/InvertedListsIOHook.h",
              "faiss/invlists/OnDiskInvertedLists.h",
              "faiss/IndexIVF.h",
              "faiss/IndexIVFFlat.h",
              "faiss/IndexIVFPQ.h",
              "faiss/IndexPQ.h",
              "faiss/IndexScalarQuantizer.h",
              "faiss/IndexLSH.h",
              "faiss/impl/HNSW.h",
              "faiss/IndexHNSW.h",
              "faiss/impl/NNDescent.h",
              "faiss/impl/NSG.h",
              "faiss/IndexNNDescent.h",
              "faiss/IndexNSG.h",
              "faiss/IndexIDMap.h",
              "faiss/IndexPreTransform.h",
              "faiss/IndexRefine.h",
              "faiss/IndexRaBitQ.h",
              "faiss/IndexIVFRaBitQ.h",
              "faiss/IndexAdditiveQuantizer.h",
              "faiss/IndexIVFAdditiveQuantizer.h",
              "faiss/IndexFastScan.h",
              "faiss/IndexAdditiveQuantizerFastScan.h",
              "faiss/IndexPQFastScan.h",
              "faiss/IndexIVFFastScan.h",
              "faiss/IndexIVFPQFastScan.h",
              "faiss/IndexIVFAdditiveQuantizerFastScan.h",
              "faiss/IndexIVFPQR.h",
              "faiss/IndexIVFIndependentQuantizer.h",
              "faiss/IndexRowwiseMinMax.h",
              "faiss/IndexIVFSpectralHash.h",
              "faiss/Index2Layer.h",
              "faiss/IndexBinaryFlat.h",
              "faiss/IndexBinaryIVF.h",
              "faiss/IndexBinaryHNSW.h",
              "faiss/IndexBinaryFromFloat.h",
              "faiss/IndexBinaryHash.h",
              "faiss/impl/ThreadedIndex.h",
              "faiss/IndexShards.h",
              "faiss/IndexReplicas.h",
              "faiss/IndexShardsIVF.h",
              "faiss/MetaIndexes.h",
              "faiss/AutoTune.h",
              "faiss/index_factory.h",
              "faiss/index_io.h",
              "faiss/clone_index.h",
              "faiss/IVFlib.h",
              "faiss/utils/distances.h",
              "faiss/utils/utils.h"
            },
            link = "faissj112",
            preload = {"gcc_s@.1", "gomp@.1", "quadmath@.0", "gfortran@.5", "openblas@.0"},
            preloadresource = "/org/bytedeco/openblas/"),
    target = "dev.faissjvm.faiss.raw",
    global = "dev.faissjvm.faiss.raw.RawFaiss")
public class FaissPresets implements LoadEnabled, InfoMapper {
  /** Called by JavaCPP's loader and generator. */
  public FaissPresets() {}

  /** Puts the folders of this processor's variants, best first, before OpenBLAS's. */
  @Override
  public void init(ClassProperties properties) {
    List<String> folders = properties.get("platform.preloadresource");
    int position = 0;
    for (String variant : VariantChoice.candidates()) {
      folders.add(position++, VariantChoice.preloadResource(variant));
    }
    folders.add(position, VariantChoice.FOLDER);
  }

  @Override
  public void map(InfoMap infos) {
    macros(infos);
    ids(infos);
    templates(infos);
    vectors(infos);
    unwantedStandardLibrary(infos);
    enumAliases(infos);
    graphInternals(infos);
    unwantedMembers(infos);
    // What Java may subclass.
    infos.put(
        new Info("faiss::IOReader", "faiss::IOWriter", "faiss::InterruptCallback").virtualize());
    // Abstract, but taken for concrete.
    infos.put(new Info("faiss::IndexFlatCodes", "faiss::ReadOnlyInvertedLists").purify());
  }

  private static void macros(InfoMap infos) {
    infos.put(
        new Info("FAISS_API", "FAISS_ALWAYS_INLINE", "__PRETTY_FUNCTION__")
            .cppTypes()
            .annotations());
    infos.put(new Info("_MSC_VER").define(false));
    infos.put(new Info("VERSION_STRING", "FAISS_TOSTRING", "FAISS_STRINGIFY").skip());
  }

  /** Aliases are not resolved in derived classes: each spelling is named, with its C++ type. */
  private static void ids(InfoMap infos) {
    infos.put(
        new Info(
                "idx_t",
                "Index::idx_t",
                "faiss::Index::idx_t",
                "faiss::IndexBinary::idx_t",
                "faiss::IDSelector::idx_t",
                "faiss::InvertedLists::idx_t",
                "faiss::DirectMap::idx_t",
                "faiss::DirectMapAdd::idx_t",
                "faiss::Clustering::idx_t",
                "faiss::ivflib::idx_t",
                "faiss::VectorTransform::idx_t",
                "faiss::RangeSearchResult::idx_t",
                "faiss::BufferList::idx_t",
                "faiss::RangeQueryResult::idx_t",
                "faiss::InvertedListScanner::idx_t",
                "faiss::AutoTuneCriterion::idx_t",
                "faiss::ReconstructFromNeighbors::idx_t",
                "faiss::HNSW::idx_t",
                "faiss::ProgressiveDimClustering::idx_t",
                "int64_t")
            .cppTypes("int64_t")
            .cast()
            .valueTypes("long")
            .pointerTypes("LongPointer", "LongBuffer", "long[]"));
    infos.put(
        new Info(
                "component_t",
                "faiss::Index::component_t",
                "distance_t",
                "faiss::Index::distance_t")
            .cppTypes("float")
            .cast()
            .valueTypes("float")
            .pointerTypes("FloatPointer", "FloatBuffer", "float[]"));
    // The plain name clashes with JavaCPP's annotation, which every generated file imports.
    infos.put(new Info("faiss::Index").pointerTypes("FaissIndex"));
    infos.put(
        new Info(
                "float_maxheap_array_t",
                "faiss::float_maxheap_array_t",
                "float_minheap_array_t",
                "faiss::float_minheap_array_t",
                "omp_lock_t")
            .cast()
            .pointerTypes("Pointer"));
  }

  private static void templates(InfoMap infos) {
    infos.put(new Info("faiss::AlignedTable<uint8_t>").pointerTypes("AlignedTableUint8"));
    infos.put(new Info("faiss::AlignedTable<float>").pointerTypes("AlignedTableFloat"));
    define(infos, "faiss::IndexIDMapTemplate<faiss::Index>", "IndexIDMap");
    define(infos, "faiss::IndexIDMap2Template<faiss::Index>", "IndexIDMap2");
    define(infos, "faiss::IndexIDMapTemplate<faiss::IndexBinary>", "IndexBinaryIDMap");
    define(infos, "faiss::IndexIDMap2Template<faiss::IndexBinary>", "IndexBinaryIDMap2");
    infos.put(
        new Info("faiss::ThreadedIndex<faiss::Index>")
            .pointerTypes("ThreadedIndexBase")
            .define()
            .purify());
    define(infos, "faiss::IndexShardsTemplate<faiss::Index>", "IndexShards");
    define(infos, "faiss::IndexReplicasTemplate<faiss::Index>", "IndexReplicas");
  }

  private static void vectors(InfoMap infos) {
    define(infos, "std::vector<faiss::VectorTransform*>", "VectorTransformVector");
    define(infos, "std::vector<faiss::AdditiveQuantizer*>", "AdditiveQuantizerVector");
    define(infos, "std::vector<faiss::Index*>", "IndexVector");
    define(infos, "std::vector<faiss::OperatingPoint>", "OperatingPointVector");
    define(infos, "std::vector<faiss::ParameterRange>", "ParameterRangeVector");
    define(infos, "std::vector<faiss::ClusteringIterationStats>", "ClusteringIterationStatsVector");
    define(infos, "std::vector<std::vector<size_t> >", "SizeTVectorVector");
  }

  private static void define(InfoMap infos, String cppType, String javaType) {
    infos.put(new Info(cppType).pointerTypes(javaType).define());
  }

  private static void skip(InfoMap infos, String... names) {
    infos.put(new Info(names).skip());
  }

  /** Standard library types that have no peer, and the members that use them. */
  private static void unwantedStandardLibrary(InfoMap infos) {
    skip(
        infos,
        "std::unordered_set",
        "std::unordered_map",
        "std::unordered_multimap",
        "std::priority_queue",
        "std::list",
        "std::pair",
        "std::mutex",
        "std::unique_ptr",
        "std::exception_ptr");
    skip(
        infos,
        "faiss::RandomGenerator::mt",
        "faiss::IDSelectorBatch::set",
        "faiss::DirectMap::hashtable",
        "faiss::OnDiskInvertedLists::slots",
        "faiss::IndexIVFFlatDedup::instances",
        "faiss::ArrayInvertedLists::codes",
        "faiss::ArrayInvertedLists::ids",
        "faiss::BlockInvertedLists::codes",
        "faiss::BlockInvertedLists::ids",
        "faiss::AlignedTable<uint8_t>::tab",
        "faiss::AlignedTable<float>::tab",
        "faiss::IndexIVFFastScan::compute_LUT_uint8",
        "faiss::SlidingIndexWindow::sizes",
        "faiss::handleExceptions",
        "faiss::ThreadedIndex<faiss::Index>::runOnIndex");
    // A template with a shared pointer; where its content is wanted the shim reads it.
    skip(
        infos,
        "faiss::MaybeOwnedVector",
        "faiss::IndexFlatCodes::codes",
        "faiss::HNSW::neighbors",
        "faiss::IndexBinaryFlat::xb");
  }

  private static void enumAliases(InfoMap infos) {
    infos.put(
        new Info(
                "Search_type_t",
                "AdditiveQuantizer::Search_type_t",
                "faiss::AdditiveQuantizer::Search_type_t",
                "faiss::IndexAdditiveQuantizer::Search_type_t",
                "faiss::IndexIVFAdditiveQuantizer::Search_type_t",
                "faiss::IndexAdditiveQuantizerFastScan::Search_type_t",
                "faiss::IndexIVFAdditiveQuantizerFastScan::Search_type_t")
            .cppTypes("faiss::AdditiveQuantizer::Search_type_t")
            .cast()
            .valueTypes("int")
            .pointerTypes("IntPointer", "IntBuffer", "int[]"));
    infos.put(
        new Info("ApproxTopK_mode_t", "faiss::ApproxTopK_mode_t")
            .cppTypes("ApproxTopK_mode_t")
            .cast()
            .valueTypes("int")
            .pointerTypes("IntPointer", "IntBuffer", "int[]"));
  }

  /** Graph building and searching from the inside: templates and random generators. */
  private static void graphInternals(InfoMap infos) {
    skip(
        infos,
        "faiss::HNSW::shrink_neighbor_list",
        "faiss::HNSW::MinimaxHeap",
        "faiss::HNSW::search",
        "faiss::HNSW::search_level_0",
        "faiss::HNSW::add_with_locks",
        "faiss::HNSW::add_links_starting_from",
        "faiss::search_from_candidates",
        "faiss::search_from_candidate_unbounded",
        "faiss::greedy_update_nearest",
        "faiss::HNSW::NodeDistCloser",
        "faiss::HNSW::NodeDistFarther",
        "faiss::HNSW::NeighborRange");
    skip(
        infos,
        "faiss::nsg::Graph",
        "faiss::nsg::Neighbor",
        "faiss::nsg::Node",
        "faiss::nndescent::Neighbor",
        "faiss::nndescent::Nhood",
        "faiss::NNDescent::graph",
        "faiss::NSG::final_graph",
        "faiss::NSG::build",
        "faiss::NSG::init_graph",
        "faiss::NSG::link",
        "faiss::NSG::sync_prune",
        "faiss::NSG::add_reverse_links",
        "faiss::NSG::tree_grow",
        "faiss::NSG::dfs",
        "faiss::NSG::attach_unlinked",
        "faiss::NSG::search_on_graph",
        "faiss::NSG::check_graph",
        "faiss::NNDescent::eval_recall",
        "faiss::NNDescent::generate_eval_set");
  }

  private static void unwantedMembers(InfoMap infos) {
    skip(
        infos,
        "faiss::InterruptCallback::instance",
        "faiss::InterruptCallback::lock",
        "faiss::RangeSearchPartialResult::merge",
        "faiss::IDSelectorTranslated::id_map",
        "faiss::TimeoutCallback::start",
        "faiss::CodeSet",
        "faiss::IndexBinaryHash::invlists",
        "faiss::IndexBinaryMultiHash::maps",
        "faiss::LSQTimer",
        "faiss::LSQTimerScope",
        "faiss::lsq::IcmEncoder",
        "faiss::lsq::IcmEncoderFactory",
        "faiss::LocalSearchQuantizer::icm_encode",
        "faiss::LocalSearchQuantizer::icm_encode_impl",
        "faiss::LocalSearchQuantizer::icm_encode_step",
        "faiss::LocalSearchQuantizer::perturb_codes",
        "faiss::LocalSearchQuantizer::perturb_codebooks",
        "faiss::LocalSearchQuantizer::icm_encoder_factory",
        "faiss::MmappedFileMappingOwner::p_impl",
        "faiss::MappedFileIOReader");
  }
}
