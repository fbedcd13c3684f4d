package dev.faissjvm.sync;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URL;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which stage may name which. */
class ArchitectureTest {

  private static final String ROOT = "dev.faissjvm.sync";
  private static final List<String> STAGES =
      List.of("change", "document", "embed", "index", "publish", "search");

  private static JavaClasses classes;

  @BeforeAll
  static void readClasses() {
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    URL main = SyncRun.class.getProtectionDomain().getCodeSource().getLocation();
    classes = new ClassFileImporter().importUrl(main);
  }

  private static String stage(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }

  @Test
  void aStageOnlySeesEarlierStages() {
    Set<String> violations = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    for (JavaClass type : classes) {
      String own = stage(type);
      seen.add(own);
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass();
        if (target.getPackageName().startsWith(ROOT) && !mayName(own, stage(target))) {
          violations.add(type.getName() + " names " + target.getName());
        }
      }
    }
    assertThat(violations).isEmpty();
    assertThat(seen).containsAll(STAGES).contains("", "aws", "metrics");
  }

  /**
   * The alphabet is the rule; the package itself names every stage, and nothing names aws. All may
   * count, and what counts names none.
   */
  static boolean mayName(String own, String other) {
    if (own.equals(other) || other.equals("metrics")) {
      return true;
    } else if (own.equals("aws")) {
      return STAGES.contains(other) || other.isEmpty();
    } else if (own.isEmpty()) {
      return STAGES.contains(other);
    }
    return STAGES.contains(own) && STAGES.contains(other) && other.compareTo(own) < 0;
  }

  @Test
  void theRuleRefusesALaterStage() {
    assertThat(mayName("change", "search")).isFalse();
    assertThat(mayName("search", "aws")).isFalse();
    assertThat(mayName("", "aws")).isFalse();
    assertThat(mayName("metrics", "change")).isFalse();
    assertThat(mayName("search", "change")).isTrue();
    assertThat(mayName("change", "metrics")).isTrue();
  }

  @Test
  void onlyTheAdaptersNameTheAwsSdk() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + ".aws")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon..")
        .check(classes);
  }

  @Test
  void ofTheEmbedderOnlyThePortIsNamed() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.faissjvm.embedder.*..", "dev.faissjvm.faiss..", "org.bytedeco..")
        .check(classes);
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("dev.faissjvm.embedder.TextEmbedder")
        .check(classes);
  }
}
