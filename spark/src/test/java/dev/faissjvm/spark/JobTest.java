package dev.faissjvm.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobTest {

  private static Job job(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("table", "words");
    settings.put("table.keys", "group,id");
    settings.put("work", "words.work");
    settings.put("mapping.text.template", "{content}");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Job.of(settings);
  }

  @Test
  void anIndexIsAFolderOrElsewhere() {
    String place = "[mapping.text.template, table, table.keys, work]";
    String expected =
        "job: expected either a setting index, with or without publish, or a setting to, got ";
    assertThatIllegalArgumentException().isThrownBy(() -> job()).withMessage(expected + place);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> job("to", "solr:zk:2181/words", "index", "words.index"))
        .withMessageStartingWith(expected);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> job("to", "solr:zk:2181/words", "publish", "s3://bucket"))
        .withMessageStartingWith(expected);
  }

  @Test
  void anotherPlaceIsAnotherJob() {
    assertThat(job("to", "solr:zk:2181/words").identity("model"))
        .isNotEqualTo(job("to", "solr:zk:2181/others").identity("model"));
  }

  @Test
  void anAddressThatNobodyServesIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> job("to", "solr:zk:2181/words").remote())
        .withMessageStartingWith("index address: expected one of a module that is there, got ");
  }
}
