package dev.faissjvm.lucene;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What this module may name, and what of it others may. */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.faissjvm.lucene");

  @Test
  void namesOnlyTheJdkLuceneAndTheFaissApi() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..",
                "org.apache.lucene..",
                "org.jspecify.annotations",
                "dev.faissjvm.faiss",
                "dev.faissjvm.lucene"))
        .check(MAIN);
  }

  @Test
  void namesNoInternalsOfLucene() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.apache.lucene.internal.."))
        .check(MAIN);
  }

  @Test
  void onlyTheCodecTheFormatAndItsOptionsArePublic() {
    assertThat(
            MAIN.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> type.isTopLevelClass())
                .map(JavaClass::getSimpleName))
        .containsExactlyInAnyOrder(
            "AcceleratorOptions",
            "Effort",
            "FaissCodec",
            "FaissKnnQuery",
            "FaissKnnVectorsFormat",
            "FaissSegment");
  }

  @Test
  void rulesSeeTheModule() {
    assertThat(MAIN.that(resideOutsideOfPackages("java..")).size()).isGreaterThan(10);
  }
}
