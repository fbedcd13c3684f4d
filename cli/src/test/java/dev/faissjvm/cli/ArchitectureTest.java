package dev.faissjvm.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final String ROOT = "dev.faissjvm.cli";
  private static final String JDK = "java..";
  private static final String NULLNESS = "org.jspecify..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  @Test
  void theConsoleNamesOnlyTheJdk() {
    only(".console", JDK, NULLNESS);
  }

  @Test
  void vectorFilesNameOnlyTheJdk() {
    only(".vectors", JDK, NULLNESS);
  }

  @Test
  void costsNameOnlyTheJdk() {
    only(".cost", JDK, NULLNESS);
  }

  @Test
  void rowFilesNameOnlyTheJdkAndJson() {
    only(".load", JDK, NULLNESS, "com.fasterxml.jackson..");
  }

  @Test
  void theDictionaryNamesOnlyTheJdkAndRowFiles() {
    only(".demo", JDK, NULLNESS, ROOT + ".load", ROOT + ".console");
  }

  @Test
  void nothingNamesTheInnardsOfOtherModules() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.faissjvm.faiss.internal..",
            "dev.faissjvm.faiss.raw..",
            "dev.faissjvm.embedder.torch..",
            "org.bytedeco..",
            "org.apache.lucene..")
        .check(CLASSES);
  }

  @Test
  void thePageAndTheFormsKnowNoCommandAndNoTable() {
    only(
        ".json",
        JDK,
        NULLNESS,
        "com.fasterxml.jackson..",
        "dev.faissjvm.faiss",
        "dev.faissjvm.sync",
        "dev.faissjvm.sync.change",
        "dev.faissjvm.sync.index",
        "dev.faissjvm.sync.publish",
        "dev.faissjvm.sync.search");
    only(
        ".serve",
        JDK,
        NULLNESS,
        "com.sun.net.httpserver..",
        "dev.faissjvm.embedder",
        "dev.faissjvm.sync.metrics",
        "dev.faissjvm.sync.search");
  }

  /** Checks that a package names only itself and the given ones. */
  private static void only(String own, String... others) {
    String[] allowed = new String[others.length + 1];
    allowed[0] = ROOT + own;
    System.arraycopy(others, 0, allowed, 1, others.length);
    classes()
        .that()
        .resideInAPackage(ROOT + own)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .check(CLASSES);
  }
}
