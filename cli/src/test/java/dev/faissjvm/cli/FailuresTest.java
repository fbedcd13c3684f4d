package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.sync.change.AccessRefusedException;
import dev.faissjvm.sync.change.FencedException;
import dev.faissjvm.sync.change.LeaseHeldException;
import dev.faissjvm.sync.change.MissingTableException;
import dev.faissjvm.sync.change.SyncException;
import dev.faissjvm.sync.change.TableShapeException;
import dev.faissjvm.sync.change.TransientSyncException;
import dev.faissjvm.sync.change.UnusableIndexException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void eachKindOfFailureHasACodeOfItsOwn() {
    List<Throwable> kinds =
        List.of(
            new MissingTableException("m", null),
            new TableShapeException("m", null),
            new AccessRefusedException("m", null),
            new TransientSyncException("m", null),
            new UnusableIndexException("m", null),
            new LeaseHeldException("m", "someone"),
            new IOException("No space left on device"),
            new OutOfMemoryError("m"),
            new UnsatisfiedLinkError("m"),
            new IOException("m"),
            new IllegalStateException("m"));
    List<ExitCode> codes = kinds.stream().map(Failures::code).toList();
    assertThat(codes)
        .containsExactly(
            ExitCode.NO_TABLE,
            ExitCode.WRONG_TABLE,
            ExitCode.NO_CREDENTIALS,
            ExitCode.UNREACHABLE,
            ExitCode.UNREADABLE_INDEX,
            ExitCode.BUSY,
            ExitCode.NO_SPACE,
            ExitCode.NO_MEMORY,
            ExitCode.NO_LIBRARY,
            ExitCode.BAD_INPUT,
            ExitCode.INTERNAL);
    assertThat(new HashSet<>(codes)).hasSameSizeAs(codes);
    assertThat(Failures.code(new FencedException("m", null))).isEqualTo(ExitCode.BUSY);
  }

  @Test
  void everyKindOfSyncExceptionIsKnown() {
    for (Class<?> kind : SyncException.class.getPermittedSubclasses()) {
      assertThat(kind.getConstructors()).as(kind.getName()).isNotEmpty();
    }
    assertThat(SyncException.class.getPermittedSubclasses()).hasSize(10);
  }

  @Test
  void aFullDiskIsSeenThroughWhateverWrapsIt() {
    Throwable failure =
        new UnusableIndexException(
            "index: m", new IOException("x", new IOException("write: No space left on device")));
    assertThat(Failures.code(failure)).isEqualTo(ExitCode.NO_SPACE);
    assertThat(Failures.line(failure))
        .isEqualTo(
            "no space left on the disk: nothing is lost; make room and run the same command again");
  }

  @Test
  void aMessageIsOneLineAndSaysWhatWasExpected() {
    assertThat(Failures.line(new NoSuchFileException("a.csv")))
        .isEqualTo("a.csv: expected a file, got none");
    assertThat(Failures.line(new AccessDeniedException("a.csv")))
        .isEqualTo("a.csv: expected a file that may be read and written, got no permission");
    assertThat(Failures.line(new CommandFailure(ExitCode.USAGE, "a\n  b"))).isEqualTo("a; b");
    assertThat(Failures.line(new IllegalStateException("oops")))
        .isEqualTo("IllegalStateException: oops");
    assertThat(Failures.line(new IllegalStateException()))
        .isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void numbersOfExitCodesAreAllDifferentAndStay() {
    assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code))
        .containsExactly(
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 70, 130, 143);
  }
}
