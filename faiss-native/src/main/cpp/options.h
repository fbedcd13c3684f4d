// The words of SearchOptions, and from them one fresh parameter object a call, of the class that each index in the chain
// reads: Faiss ignores another class in silence. A parameter that is not set keeps the index's own value.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include <faiss/IndexAdditiveQuantizer.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIDMap.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexIVFFastScan.h>
#include <faiss/IndexIVFPQ.h>
#include <faiss/IndexIVFPQFastScan.h>
#include <faiss/IndexIVFRaBitQ.h>
#include <faiss/IndexPQ.h>
#include <faiss/IndexPreTransform.h>
#include <faiss/IndexRaBitQ.h>
#include <faiss/IndexRefine.h>

#include "errors.h"
#include "kinds.h"

namespace faissj {

enum Option {
    THREADS, NPROBE, MAX_CODES, EF_SEARCH, QUANTIZER_NPROBE, QUANTIZER_EF_SEARCH, K_FACTOR, POLYSEMOUS_HT,
    SCAN_TABLE_THRESHOLD, QB, CHECK_RELATIVE_DISTANCE, BOUNDED_QUEUE, BEAM_FACTOR,
    TIMEOUT_NANOS,  // 0: none
    CANCEL_ADDRESS, // of an int32 that ends the call once it is not 0; 0: none
    OPTION_COUNT
};

class Parameters {
  public:
    static constexpr int64_t UNSET = INT64_MIN;
    Parameters(const faiss::Index* index, const int64_t* options, faiss::IDSelector* selector, Option nprobe = NPROBE,
               Option efSearch = EF_SEARCH)
            : options(options), root(make(index, selector, nprobe, efSearch)) {}
    const faiss::SearchParameters* get() const { return root; }

  private:
    bool set(Option option) const { return options[option] != UNSET; }
    int64_t value(Option option, int64_t otherwise) const { return set(option) ? options[option] : otherwise; }
    double real(Option option, double otherwise) const {
        double value = otherwise;
        if (set(option)) memcpy(&value, &options[option], sizeof value);
        return value;
    }
    template <class T>
    T* own() {
        auto made = std::make_unique<T>();
        T* pointer = made.get();
        parts.push_back(std::move(made));
        return pointer;
    }

    faiss::SearchParameters* make(const faiss::Index* index, faiss::IDSelector* selector, Option nprobe,
                                  Option efSearch) {
        if (auto map = as<faiss::IndexIDMap>(index)) return make(map->index, selector, nprobe, efSearch);
        if (auto chain = as<faiss::IndexPreTransform>(index))
            return make(chain->index, selector, nprobe, efSearch);
        if (auto refine = as<faiss::IndexRefine>(index)) {
            auto inner = make(refine->base_index, selector, nprobe, efSearch);
            if (!inner && !set(K_FACTOR)) return nullptr;
            auto made = own<faiss::IndexRefineSearchParameters>();
            made->k_factor = real(K_FACTOR, refine->k_factor);
            made->base_index_params = inner;
            return made;
        }
        if (auto ivf = as<faiss::IndexIVF>(index)) return ofIvf(ivf, selector, nprobe);
        if (auto hnsw = as<faiss::IndexHNSW>(index)) {
            if (!selector && !set(efSearch) && !set(CHECK_RELATIVE_DISTANCE) && !set(BOUNDED_QUEUE)) return nullptr;
            auto made = own<faiss::SearchParametersHNSW>();
            made->efSearch = value(efSearch, hnsw->hnsw.efSearch);
            made->check_relative_distance = value(CHECK_RELATIVE_DISTANCE, hnsw->hnsw.check_relative_distance);
            made->bounded_queue = value(BOUNDED_QUEUE, hnsw->hnsw.search_bounded_queue);
            return with(made, selector);
        }
        if (auto pq = as<faiss::IndexPQ>(index)) {
            if (!set(POLYSEMOUS_HT)) return with(selector ? own<faiss::SearchParameters>() : nullptr, selector);
            auto made = own<faiss::SearchParametersPQ>();
            made->search_type = pq->search_type;
            made->polysemous_ht = options[POLYSEMOUS_HT];
            return with(made, selector);
        }
        if (auto rabitq = as<faiss::IndexRaBitQ>(index)) {
            if (set(QB)) {
                auto made = own<faiss::RaBitQSearchParameters>();
                made->qb = value(QB, rabitq->qb);
                return with(made, selector);
            }
        }
        if (as<faiss::ResidualCoarseQuantizer>(index) && set(BEAM_FACTOR)) {
            auto made = own<faiss::SearchParametersResidualCoarseQuantizer>();
            made->beam_factor = real(BEAM_FACTOR, made->beam_factor);
            return with(made, selector);
        }
        return selector ? with(own<faiss::SearchParameters>(), selector) : nullptr;
    }

    faiss::SearchParameters* ofIvf(const faiss::IndexIVF* ivf, faiss::IDSelector* selector, Option nprobe) {
        auto inner = make(ivf->quantizer, nullptr, QUANTIZER_NPROBE, QUANTIZER_EF_SEARCH);
        bool own_parameters = set(POLYSEMOUS_HT) || set(SCAN_TABLE_THRESHOLD) || set(QB);
        if (as<faiss::IndexIVFFastScan>(ivf)) {
            // Neither lowers nprobe to nlist. Residual tables are sized by the index's own nprobe, whatever the call asks
            // for, and additive codes take no parameters at all.
            size_t asked = std::clamp<int64_t>(value(nprobe, ivf->nprobe), 1, ivf->nlist);
            auto pq = as<faiss::IndexIVFPQFastScan>(ivf);
            if ((!pq || pq->by_residual) && asked != ivf->nprobe)
                unsupported(format("nprobe: this fast-scan code is searched with the index's own, %zu, got %zu; set it "
                                   "in the index, or use PQ..x4fs", ivf->nprobe, asked));
            if (!pq) return nullptr;
            own_parameters = true;
        }
        if (!selector && !inner && !set(nprobe) && !set(MAX_CODES) && !own_parameters) return nullptr;
        faiss::SearchParametersIVF* made;
        if (auto pq = as<faiss::IndexIVFPQ>(ivf)) {
            // Its scanner is made without the call's parameters and reads both from the index.
            if (value(POLYSEMOUS_HT, pq->polysemous_ht) != pq->polysemous_ht)
                unsupported(format("ht: IVF,PQ is searched with the index's own, %d, got %lld", pq->polysemous_ht,
                                   (long long)options[POLYSEMOUS_HT]));
            if (value(SCAN_TABLE_THRESHOLD, pq->scan_table_threshold) != int64_t(pq->scan_table_threshold))
                unsupported(format("scan_table_threshold: IVF,PQ is searched with the index's own, %zu, got %lld",
                                   size_t(pq->scan_table_threshold), (long long)options[SCAN_TABLE_THRESHOLD]));
            auto parameters = own<faiss::IVFPQSearchParameters>();
            parameters->polysemous_ht = value(POLYSEMOUS_HT, pq->polysemous_ht);
            parameters->scan_table_threshold = value(SCAN_TABLE_THRESHOLD, pq->scan_table_threshold);
            made = parameters;
        } else if (auto rabitq = as<faiss::IndexIVFRaBitQ>(ivf)) {
            auto parameters = own<faiss::IVFRaBitQSearchParameters>();
            parameters->qb = value(QB, rabitq->qb);
            made = parameters;
        } else {
            made = own<faiss::SearchParametersIVF>();
        }
        made->nprobe = std::clamp<int64_t>(value(nprobe, ivf->nprobe), 1, ivf->nlist);
        made->max_codes = value(MAX_CODES, ivf->max_codes);
        made->quantizer_params = inner;
        return with(made, selector);
    }

    static faiss::SearchParameters* with(faiss::SearchParameters* made, faiss::IDSelector* selector) {
        if (made) made->sel = selector;
        return made;
    }

    std::vector<std::unique_ptr<faiss::SearchParameters>> parts; // before root: root is made of them
    const int64_t* options;
    faiss::SearchParameters* root;
};

} // namespace faissj
