package dev.faissjvm.lambda;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.faissjvm.lambda");

  @Test
  void theFunctionsNameTheSyncTheModelAndAws() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..",
            "org.jspecify..",
            "dev.faissjvm.lambda",
            "dev.faissjvm.sync..",
            "dev.faissjvm.embedder",
            "dev.faissjvm.faiss",
            "com.amazonaws.services.lambda.runtime..",
            "com.fasterxml.jackson..",
            "software.amazon.awssdk..")
        .check(CLASSES);
  }
}
