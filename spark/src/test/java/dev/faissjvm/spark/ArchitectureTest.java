package dev.faissjvm.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.faissjvm.spark");

  @Test
  void theJobNamesSparkTheSyncTheModelAndAws() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "org.apache.spark..",
            "dev.faissjvm.spark..",
            "dev.faissjvm.sync..",
            "dev.faissjvm.embedder",
            "dev.faissjvm.embedder.convert",
            "dev.faissjvm.faiss",
            "com.fasterxml.jackson..",
            "software.amazon.awssdk..")
        .check(CLASSES);
  }

  @Test
  void aPlanNamesOnlyTheJdk() {
    noClasses()
        .that()
        .resideInAPackage("dev.faissjvm.spark.plan")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("java..", "org.jspecify..", "dev.faissjvm.spark.plan")
        .check(CLASSES);
  }
}
