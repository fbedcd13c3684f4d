package dev.faissjvm.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.faissjvm.cli.console.Progress;
import dev.faissjvm.cli.json.Json;
import dev.faissjvm.cli.vectors.VectorWriter;
import dev.faissjvm.embedder.Embedder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code faissjvm embed}: texts to vectors, without any table. */
@CommandLine.Command(
    name = "embed",
    mixinStandardHelpOptions = true,
    description = {
      "Turn lines of text into vectors.",
      "Prints one JSON object a line, {\"text\":\"...\",\"vector\":[...]}, or writes a file for other tools."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  echo 'a place where bread is made' | faissjvm embed",
      "  faissjvm embed texts.txt --out texts.npy"
    })
final class EmbedCommand extends Command {

  private static final int BATCH = 512;

  @Mixin private ModelOptions model = new ModelOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "A text a line; standard input by default.")
  private @Nullable Path file;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write vectors here instead: .npy, .fvecs, else raw float32.")
  private @Nullable Path out;

  @Option(names = "--query", description = "Embed as questions, for models that tell them apart.")
  private boolean query;

  EmbedCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    return stoppable(
        "the lines that were printed or written are whole; the others were not embedded",
        this::embed);
  }

  private ExitCode embed() throws IOException {
    try (BufferedReader lines = lines();
        Embedder<String> embedder = model.load();
        VectorWriter writer = out == null ? null : VectorWriter.create(out, embedder.dimension())) {
      Progress progress = Progress.start(context.console(), "embed", "texts", 0);
      try {
        for (List<String> batch = batch(lines); !batch.isEmpty(); batch = batch(lines)) {
          context.interruption().checkpoint();
          float[][] vectors = vectors(embedder, batch);
          for (int i = 0; i < vectors.length; i++) {
            if (writer == null) {
              print(Json.line(row(batch.get(i), vectors[i])));
            } else {
              writer.write(vectors[i]);
            }
          }
          progress.advance(vectors.length);
        }
      } finally {
        progress.cancel();
      }
      if (out != null) {
        result(
            Json.object()
                .put("file", out.toString())
                .put("count", progress.done())
                .put("dimension", embedder.dimension()),
            "embed: %,d vectors of %d in %s",
            progress.done(),
            embedder.dimension(),
            out);
      }
    }
    return ExitCode.OK;
  }

  private BufferedReader lines() throws IOException {
    return file == null
        ? new BufferedReader(new InputStreamReader(context.in(), StandardCharsets.UTF_8))
        : Files.newBufferedReader(file);
  }

  private static List<String> batch(BufferedReader lines) throws IOException {
    List<String> batch = new ArrayList<>();
    while (batch.size() < BATCH) {
      String line = lines.readLine();
      if (line == null) {
        break;
      }
      batch.add(line);
    }
    return batch;
  }

  private float[][] vectors(Embedder<String> embedder, List<String> batch) {
    return query
        ? batch.stream().map(embedder::embedQuery).toArray(float[][]::new)
        : embedder.embed(batch);
  }

  private static ObjectNode row(String text, float[] vector) {
    ObjectNode object = Json.object().put("text", text);
    ArrayNode components = object.putArray("vector");
    for (float component : vector) {
      components.add(component);
    }
    return object;
  }
}
