package dev.faissjvm.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
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

  @Test
  void nothingElseNamesSpark() throws IOException {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.faissjvm.spark..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.faissjvm.spark..", "org.apache.spark..")
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.faissjvm"));
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : modules.filter(m -> Files.exists(m.resolve("pom.xml"))).toList()) {
        if (!module.endsWith("spark")) {
          assertThat(Files.readString(module.resolve("pom.xml")))
              .as(module.toString())
              .doesNotContain("<artifactId>spark</artifactId>", "org.apache.spark");
        }
      }
    }
  }
}
