package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.cli.console.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What is wrong before Spark is started; the rest is tested where Spark is. */
class BackfillCommandTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private ExitCode run(String... arguments) {
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    Console console = new Console(stream, stream, 0, System::nanoTime);
    return Main.run(console, new ByteArrayInputStream(new byte[0]), arguments);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anAbsentProgramIsToldWithHowToGetIt() {
    assertThat(run("backfill", "--table", "words")).isEqualTo(ExitCode.NO_LIBRARY);
    assertThat(said())
        .startsWith("faissjvm: spark: expected the folder faissjvm-spark, got none; looked at [")
        .endsWith(
            "]; build it with: mvn -pl spark -am package, or name it in FAISSJVM_SPARK"
                + System.lineSeparator());
  }

  @Test
  void anIndexElsewhereNeedsItsModule() {
    assertThat(run("backfill", "--table", "words", "--to", "solr:localhost:9983/words"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(said())
        .startsWith(
            "faissjvm: --to: index address: expected one of a module that is there, got"
                + " 'solr:localhost:9983/words'; solr:HOST:PORT/COLLECTION needs the jars of"
                + " solr/target/client in lib/solr");
  }

  @Test
  void aDemosTableIsOutOfReach() {
    assertThat(run("backfill", "--demo", ".demo")).isEqualTo(ExitCode.USAGE);
    assertThat(said()).startsWith("faissjvm: --demo: expected a table that executors can reach");
  }

  @Test
  void hereAndThereExcludeEachOther() {
    assertThat(run("backfill", "--table", "words", "--local", "2", "--spark", "spark://here:7077"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(run("backfill", "--table", "words", "--local", "0")).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void eachKindOfFailureHasItsExitCode() {
    assertThat(SparkProcess.code("SPACE")).isEqualTo(ExitCode.NO_SPACE);
    assertThat(SparkProcess.code("CLUSTER")).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(SparkProcess.code("LeaseHeldException")).isEqualTo(ExitCode.BUSY);
    assertThat(SparkProcess.code("NullPointerException")).isEqualTo(ExitCode.INTERNAL);
  }
}
