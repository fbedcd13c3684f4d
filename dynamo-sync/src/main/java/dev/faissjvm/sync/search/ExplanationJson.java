package dev.faissjvm.sync.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.sync.change.KeyNames;
import java.time.Duration;
import java.util.Locale;

/**
 * An explanation as JSON, an interface that stays.
 *
 * <pre>
 * {"mode":"semantic","hits":10,"recall":1.0,"missed":[...],"rows":117791,"commit":12,
 *  "millis":{"embedding":4.1,"meaning":0.8,"words":0,"hits":0.2,"live":0,"exact":21.7},
 *  "segments":[{"segment":"_4","accepted":117791,"compared":200,"accelerator":"IVF32,PQ96x4fs",
 *               "probes":16,"candidates":200,"millis":0.7}]}
 * </pre>
 *
 * <p>{@code missed} are hits as {@link HitJson} has them, with their places in the true answer.
 * Objects may get more members in later versions; those above stay.
 */
public final class ExplanationJson {

  private static final double NANOS_A_MILLI = 1e6;

  private ExplanationJson() {}

  /**
   * Returns an explanation.
   *
   * @param explanation the explanation
   * @param keys the names of the key attributes
   * @return an object as above
   */
  public static ObjectNode of(SearchExplanation explanation, KeyNames keys) {
    SearchResult answer = explanation.answer();
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("mode", explanation.mode().name().toLowerCase(Locale.ROOT));
    object.put("hits", answer.hits().size());
    object.put("recall", explanation.recall());
    ArrayNode missed = object.putArray("missed");
    explanation.missed().forEach(hit -> missed.add(HitJson.of(hit, keys)));
    object.put("rows", answer.indexedRows());
    object.put("commit", answer.commit());
    object.set("millis", millis(answer).put("exact", millis(explanation.truth().work().meaning())));
    ArrayNode segments = object.putArray("segments");
    answer.work().segments().forEach(segment -> segments.add(of(segment)));
    return object;
  }

  /** The times of an answer, in milliseconds. */
  static ObjectNode millis(SearchResult result) {
    SearchWork work = result.work();
    return JsonNodeFactory.instance
        .objectNode()
        .put("embedding", millis(result.embedding()))
        .put("searching", millis(result.searching()))
        .put("meaning", millis(work.meaning()))
        .put("words", millis(work.words()))
        .put("hits", millis(work.hits()))
        .put("live", millis(work.live()));
  }

  private static double millis(Duration time) {
    return time.toNanos() / NANOS_A_MILLI;
  }

  private static ObjectNode of(SegmentSearch segment) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("segment", segment.segment())
        .put("accepted", segment.accepted())
        .put("compared", segment.compared())
        .put("accelerator", segment.means().accelerator())
        .put("probes", segment.means().probes())
        .put("candidates", segment.means().candidates())
        .put("millis", millis(segment.took()));
  }
}
