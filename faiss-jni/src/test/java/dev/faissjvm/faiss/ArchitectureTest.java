package dev.faissjvm.faiss;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.faissjvm.faiss");
  private static final DescribedPredicate<JavaClass> NATIVE =
      JavaClass.Predicates.resideInAnyPackage("dev.faissjvm.faiss.raw..", "org.bytedeco..");

  @Test
  void nothingPublicShowsTheGeneratedBinding() {
    methods()
        .that()
        .arePublic()
        .and()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.faissjvm.faiss")
        .should()
        .notHaveRawReturnType(NATIVE)
        .andShould()
        .notHaveRawParameterTypes(DescribedPredicate.anyElementThat(NATIVE))
        .check(CLASSES);
  }

  @Test
  void onlyTheJdkJavaCppAndTheBindingAreNamed() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.faissjvm.faiss", "dev.faissjvm.faiss.internal")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "java..", "dev.faissjvm.faiss..", "org.bytedeco.javacpp..", "org.jspecify..")
        .check(CLASSES);
  }
}
