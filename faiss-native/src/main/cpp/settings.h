// What an index is built by, and searched by unless a call says otherwise, under Faiss's names; it is kept in its file.
#pragma once

#include <cmath>
#include <type_traits>

#include <faiss/AutoTune.h>

#include "binary.h"

namespace faissj {

constexpr int64_t MOST_EF = 1 << 24; // as in the files that are read
inline const std::string QUANTIZER = "quantizer_";

// Both call assign(field, most) with what the name stands for, and return false where the index has no such thing.
template <class Assign>
bool withSetting(faiss::Index* index, const std::string& name, Assign assign);
template <class Assign>
bool withSetting(faiss::IndexBinary* index, const std::string& name, Assign assign);

template <class Graph, class Assign>
bool withGraphSetting(Graph* graph, const std::string& name, Assign assign) {
    if (name == "efSearch") return assign(graph->hnsw.efSearch, MOST_EF);
    return name == "efConstruction" && assign(graph->hnsw.efConstruction, MOST_EF);
}

template <class Ivf, class Assign>
bool withListSetting(Ivf* ivf, const std::string& name, Assign assign) {
    if (name == "nprobe") return assign(ivf->nprobe, ivf->nlist);
    return name.rfind(QUANTIZER, 0) == 0 && withSetting(ivf->quantizer, name.substr(QUANTIZER.size()), assign);
}

template <class Assign>
bool withSetting(faiss::Index* index, const std::string& name, Assign assign) {
    if (auto map = dynamic_cast<faiss::IndexIDMap*>(index)) return withSetting(map->index, name, assign);
    if (auto chain = dynamic_cast<faiss::IndexPreTransform*>(index)) return withSetting(chain->index, name, assign);
    if (auto refine = dynamic_cast<faiss::IndexRefine*>(index))
        return name == "k_factor" || name == "k_factor_rf" ? assign(refine->k_factor, 1000) : withSetting(refine->base_index, name, assign);
    if (auto pqr = dynamic_cast<faiss::IndexIVFPQR*>(index); pqr && name == "k_factor") return assign(pqr->k_factor, 1000);
    if (auto ivf = dynamic_cast<faiss::IndexIVF*>(index)) return withListSetting(ivf, name, assign);
    if (auto graph = dynamic_cast<faiss::IndexHNSW*>(index)) return withGraphSetting(graph, name, assign);
    if (auto graph = dynamic_cast<faiss::IndexNSG*>(index); graph && name == "search_L")
        return assign(graph->nsg.search_L, graph->ntotal > 0 ? graph->ntotal : MOST_EF);
    return false;
}

template <class Assign>
bool withSetting(faiss::IndexBinary* index, const std::string& name, Assign assign) {
    if (auto map = dynamic_cast<faiss::IndexBinaryIDMap*>(index)) return withSetting(map->index, name, assign);
    if (auto ivf = dynamic_cast<faiss::IndexBinaryIVF*>(index)) return withListSetting(ivf, name, assign);
    if (auto graph = dynamic_cast<faiss::IndexBinaryHNSW*>(index)) return withGraphSetting(graph, name, assign);
    return false;
}

template <class I>
void setParameterOf(I* index, const char* name, double value, bool apply) {
    bool known = withSetting(index, name, [&](auto& field, double most) {
        using Number = std::remove_reference_t<decltype(field)>;
        if (!(value >= 1 && value <= most) || (std::is_integral_v<Number> && value != std::floor(value)))
            badArgument(format("%s: expected 1 to %.0f, got %g", name, most, value));
        if (apply) field = Number(value);
        return true;
    });
    if (!known) unsupported(format("set: this index has no %s", name));
}

inline void setParameter(faiss::Index* index, const char* name, double value, bool apply) {
    setParameterOf(index, name, value, apply);
}
inline void setParameter(faiss::IndexBinary* index, const char* name, double value, bool apply) {
    setParameterOf(index, name, value, apply);
}

// Ids in front of an index are none of ParameterSpace's own concern: it finds nothing behind them.
inline std::string parameterRanges(const faiss::Index* index) {
    while (auto map = dynamic_cast<const faiss::IndexIDMap*>(index)) index = map->index;
    faiss::ParameterSpace space;
    space.initialize(index);
    std::string text;
    for (const auto& range : space.parameter_ranges) {
        text += range.name + "=";
        for (size_t i = 0; i < range.values.size(); i++) text += format("%s%.17g", i ? " " : "", range.values[i]);
        text += "\n";
    }
    return text;
}

} // namespace faissj
