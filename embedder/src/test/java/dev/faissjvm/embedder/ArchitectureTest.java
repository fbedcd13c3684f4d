package dev.faissjvm.embedder;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Which package may name what. */
final class ArchitectureTest {
  private static final String ROOT = "dev.faissjvm.embedder";
  private static final String MODEL = ROOT + ".model";
  private static final String TEXT = ROOT + ".model.text";
  private static final String IMAGE = ROOT + ".model.image";
  private static final String TORCH = ROOT + ".torch";
  private static final String FUSED = ROOT + ".fused";
  private static final String CONVERT = ROOT + ".convert";
  private static final String NATIVE = "org.bytedeco..";
  private static final String JSON = "com.fasterxml.jackson..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPath(Path.of("target", "classes"));

  @Test
  void onlyTorchNamesLibtorchAndWithFusedJavaCpp() {
    noClasses()
        .that()
        .resideOutsideOfPackages(TORCH, FUSED)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(NATIVE)
        .check(CLASSES);
    classes()
        .that()
        .haveNameMatching(".*\\.(Vision)?Encoder")
        .should()
        .resideInAPackage(TORCH)
        .check(CLASSES);
  }

  @Test
  void onlyTheTokenizerNamesItsLibrary() {
    noClasses()
        .that()
        .resideOutsideOfPackage(TEXT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("ai.djl..")
        .check(CLASSES);
  }

  @Test
  void torchSeesTheModelAndItsBatches() {
    allows(TORCH, "java..", "org.jspecify..", NATIVE, ROOT, MODEL, TEXT, TORCH);
  }

  @Test
  void fusedSeesTheModelItsBatchesAndTheLoader() {
    allows(FUSED, "java..", "org.jspecify..", "org.bytedeco.javacpp..", ROOT, MODEL, TEXT, FUSED);
  }

  @Test
  void textSeesTheModelsFilesAndTheTokenizer() {
    allows(TEXT, "java..", "org.jspecify..", "ai.djl..", ROOT, MODEL, TEXT);
  }

  @Test
  void imageSeesTheModelsFilesAndImageIo() {
    allows(IMAGE, "java..", "javax.imageio..", "org.jspecify..", ROOT, MODEL, IMAGE);
  }

  @Test
  void theModelSeesFilesOnly() {
    allows(MODEL, "java..", "org.jspecify..", JSON, ROOT, MODEL);
  }

  @Test
  void conversionDoesNotSeeWhatRunsModels() {
    allows(CONVERT, "java..", "org.jspecify..", JSON, ROOT, CONVERT);
  }

  @Test
  void thePortStandsAlone() {
    classes()
        .that()
        .haveFullyQualifiedName(ROOT + ".Embedder")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..")
        .check(CLASSES);
  }

  @Test
  void conversionAndModelNameOnlyTheExceptionOfTheRoot() {
    noClasses()
        .that()
        .resideInAnyPackage(MODEL, TEXT, IMAGE, CONVERT)
        .should()
        .dependOnClassesThat()
        .haveNameMatching("dev\\.faissjvm\\.embedder\\.(Text|Image|Batch|Embedder$|Precision).*")
        .check(CLASSES);
  }

  private static void allows(String from, String... allowed) {
    classes()
        .that()
        .resideInAPackage(from)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed)
        .check(CLASSES);
  }
}
