package dev.faissjvm.cli;

import dev.faissjvm.cli.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** {@code faissjvm index copy}: reads an index file and writes it back. */
@CommandLine.Command(
    name = "copy",
    mixinStandardHelpOptions = true,
    description = "Read an index file, check it, and write it again; the bytes stay the same.",
    footerHeading = "%nExample:%n",
    footer = "  faissjvm index copy from-python.faiss checked.faiss")
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
    return stoppable(
        out + " is as it was; run the same command again",
        () -> {
          try (IndexFile index = IndexFile.read(in)) {
            context.interruption().checkpoint();
            index.write(out);
            result(
                Json.index(out, index.description()).put("bytes", Files.size(out)),
                "index: %s, %,d bytes in %s",
                index.summary(),
                Files.size(out),
                out);
          }
          return ExitCode.OK;
        });
  }
}
