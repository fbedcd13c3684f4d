package dev.faissjvm.solr;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this module may name, and that no other names it. */
class ArchitectureTest {

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.faissjvm");

  @Test
  void onlyTheCodecFactoryRunsInsideSolr() {
    noClasses()
        .that()
        .resideInAPackage("dev.faissjvm.solr")
        .and()
        .doNotHaveSimpleName("FaissCodecFactory")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "org.apache.solr.core..",
                "org.apache.solr.update..",
                "org.apache.solr.search..",
                "org.apache.lucene.."))
        .check(MAIN);
  }

  @Test
  void namesTheStagesAndNoAdapter() {
    classes()
        .that()
        .resideInAPackage("dev.faissjvm.solr")
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..",
                "org.jspecify.annotations",
                "org.apache.solr..",
                "org.apache.lucene.codecs..",
                "dev.faissjvm.embedder",
                "dev.faissjvm.lucene",
                "dev.faissjvm.sync.change",
                "dev.faissjvm.sync.document",
                "dev.faissjvm.sync.embed",
                "dev.faissjvm.sync.index",
                "dev.faissjvm.sync.search",
                "dev.faissjvm.solr"))
        .check(MAIN);
  }

  @Test
  void nothingDependsOnThisModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.faissjvm.solr")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.faissjvm.solr")
        .check(MAIN);
  }

  @Test
  void rulesSeeTheModules() {
    assertThat(MAIN.containPackage("dev.faissjvm.solr")).isTrue();
    assertThat(MAIN.containPackage("dev.faissjvm.sync.search")).isTrue();
  }
}
