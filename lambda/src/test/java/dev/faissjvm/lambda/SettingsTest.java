package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.faissjvm.sync.aws.TableLayout;
import dev.faissjvm.sync.change.KeyNames;
import dev.faissjvm.sync.document.DocumentMapping;
import dev.faissjvm.sync.document.FieldType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

  private static final Map<String, String> LEAST =
      Map.of(
          "FAISSJVM_TABLE", "words",
          "FAISSJVM_STORAGE", "/mnt/faissjvm",
          "FAISSJVM_MODEL", "s3://bucket/model",
          "PATH", "not ours");

  private static Settings with(String... namesAndValues) {
    Map<String, String> environment = new HashMap<>(LEAST);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      environment.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Settings.of(environment);
  }

  @Test
  void threeVariablesAreEnough() {
    assertThat(with("FAISSJVM_API_KEY", ""))
        .isEqualTo(
            new Settings(
                TableLayout.recipe("words"),
                DocumentMapping.recipe(),
                Path.of("/mnt/faissjvm"),
                "s3://bucket/model",
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                null,
                Duration.ofSeconds(10),
                null,
                null));
    assertThat(with().index()).isEqualTo(Path.of("/mnt/faissjvm/index"));
  }

  @Test
  void everyVariableIsRead() {
    Settings settings =
        with(
            "FAISSJVM_KEYS", "shop, sku",
            "FAISSJVM_PENDING_INDEX", "todo",
            "FAISSJVM_PENDING_ATTRIBUTE", "todo_mark",
            "FAISSJVM_TEXT", "{title}. {body}",
            "FAISSJVM_FILTERS", "year=number, kind=string",
            "FAISSJVM_PASSAGE_CHARS", "1000",
            "FAISSJVM_MARGIN_SECONDS", "10",
            "FAISSJVM_LEASE_SECONDS", "90",
            "FAISSJVM_SNAPSHOTS", "s3://bucket/a/b",
            "FAISSJVM_REFRESH_SECONDS", "30",
            "FAISSJVM_CORS_ORIGIN", "*",
            "FAISSJVM_API_KEY", "0123456789abcdef");
    KeyNames keys = KeyNames.of("shop", "sku");
    assertThat(settings.table())
        .isEqualTo(TableLayout.of("words", keys).withPending("todo", "todo_mark"));
    assertThat(settings.mapping())
        .isEqualTo(
            DocumentMapping.of(keys, "{title}. {body}")
                .withFilter("year", FieldType.NUMBER)
                .withFilter("kind", FieldType.STRING)
                .withPassages(1000));
    assertThat(settings.margin()).isEqualTo(Duration.ofSeconds(10));
    assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(90));
    assertThat(settings.snapshots()).isEqualTo(new S3Address("bucket", "a/b/"));
    assertThat(settings.refresh()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.corsOrigin()).isEqualTo("*");
    assertThat(settings.apiKey()).isEqualTo("0123456789abcdef");
  }

  @Test
  void anAddressInS3EndsInASlashOrIsABucket() {
    assertThat(S3Address.of("s3://bucket")).isEqualTo(new S3Address("bucket", ""));
    assertThat(S3Address.of("s3://bucket/")).isEqualTo(new S3Address("bucket", ""));
    assertThat(S3Address.of("s3://bucket/a/")).isEqualTo(S3Address.of("s3://bucket/a"));
    assertThat(S3Address.of("s3://bucket/a")).hasToString("s3://bucket/a/");
    assertThatThrownBy(() -> S3Address.of("s3:///a"))
        .hasMessage("expected s3://bucket/prefix, got 's3:///a'");
  }

  @Test
  void everythingThatIsWrongIsSaidAtOnce() {
    assertThatThrownBy(
            () ->
                Settings.of(
                    Map.ofEntries(
                        Map.entry("FAISSJVM_TABLE", " "),
                        Map.entry("FAISSJVM_STORAGE", "/mnt"),
                        Map.entry("FAISSJVM_KEYS", "a,b,c"),
                        Map.entry("FAISSJVM_FILTERS", "year=date"),
                        Map.entry("FAISSJVM_PASSAGE_CHARS", "many"),
                        Map.entry("FAISSJVM_MARGIN_SECONDS", "0"),
                        Map.entry("FAISSJVM_LEASE_SECONDS", "1 min"),
                        Map.entry("FAISSJVM_SNAPSHOTS", "bucket/a"),
                        Map.entry("FAISSJVM_API_KEY", "short"),
                        Map.entry("FAISSJVM_TABEL", "words"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "FAISSJVM_TABLE: expected a value, got none; "
                + "FAISSJVM_MODEL: expected a value, got none; "
                + "FAISSJVM_KEYS: expected one name or two, got 'a,b,c'; "
                + "FAISSJVM_FILTERS: expected field=string, field=number or field=boolean, got"
                + " 'year=date'; "
                + "FAISSJVM_PASSAGE_CHARS: expected a number of chars, got 'many'; "
                + "FAISSJVM_MARGIN_SECONDS: expected 1 to 600 seconds, got '0'; "
                + "FAISSJVM_LEASE_SECONDS: expected 10 to 900 seconds, got '1 min'; "
                + "FAISSJVM_SNAPSHOTS: expected s3://bucket/prefix, got 'bucket/a'; "
                + "FAISSJVM_API_KEY: expected at least 16 characters, got 5; "
                + "FAISSJVM_TABEL: expected one of the known names");
  }
}
