package dev.faissjvm.cli;

import dev.faissjvm.faiss.VectorIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code faissjvm index copy}: reads an index file and writes it back. */
@CommandLine.Command(
    name = "copy",
    mixinStandardHelpOptions = true,
    description = "Read an index file, check it, and write it again; the bytes stay the same.")
final class IndexCopyCommand extends Command {

  @Parameters(index = "0", paramLabel = "IN", description = "A file that Faiss wrote.")
  private Path in = Path.of("");

  @Parameters(index = "1", paramLabel = "OUT", description = "The file to write.")
  private Path out = Path.of("");

  IndexCopyCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    try (VectorIndex index = VectorIndex.read(in)) {
      index.write(out);
      print(
          String.format(
              Locale.ROOT,
              "index: %s, %,d vectors, %,d bytes",
              index.describe().chain(),
              index.count(),
              Files.size(out)));
    }
    return ExitCode.OK;
  }
}
