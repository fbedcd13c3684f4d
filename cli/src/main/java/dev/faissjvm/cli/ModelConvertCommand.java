package dev.faissjvm.cli;

import dev.faissjvm.cli.json.Json;
import dev.faissjvm.embedder.EmbedderException;
import dev.faissjvm.embedder.convert.DefaultModel;
import dev.faissjvm.embedder.convert.OnnxConverter;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code faissjvm model convert}: an ONNX file into a folder that can be loaded. */
@CommandLine.Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Convert a BERT in an ONNX file into a sentence-transformers folder; without --onnx, convert",
      "the model that comes along, and print where it is."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  faissjvm model convert",
      "  faissjvm model convert --onnx model.onnx --tokenizer tokenizer.json --pooling cls my-model"
    })
final class ModelConvertCommand extends Command {

  @Option(names = "--onnx", paramLabel = "FILE", description = "The model, in float32.")
  private @Nullable Path onnx;

  @Option(names = "--tokenizer", paramLabel = "FILE", description = "Its tokenizer.json.")
  private @Nullable Path tokenizer;

  @Option(
      names = "--heads",
      paramLabel = "N",
      defaultValue = "12",
      description = "Attention heads, which the file does not tell; 12 by default.")
  private int heads;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      defaultValue = "256",
      description = "The longest text in tokens; 256 by default.")
  private int maxTokens;

  @Option(
      names = "--pooling",
      paramLabel = "NAME",
      defaultValue = "mean",
      description = "mean (the default) or cls.")
  private String pooling = "mean";

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "The folder to make.")
  private @Nullable Path folder;

  ModelConvertCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run() throws IOException {
    try {
      String made = convert().toString();
      result(Json.object().put("folder", made), "%s", made);
      return ExitCode.OK;
    } catch (EmbedderException e) {
      throw new CommandFailure(ExitCode.NO_MODEL, "model: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, "model: " + e.getMessage(), e);
    }
  }

  private Path convert() throws IOException {
    if (onnx == null && tokenizer == null && folder == null) {
      return DefaultModel.folder();
    }
    if (onnx == null || tokenizer == null || folder == null) {
      throw new CommandFailure(
          ExitCode.USAGE, "model: expected --onnx, --tokenizer and a folder, got some of them");
    }
    try (FileChannel channel = FileChannel.open(onnx)) {
      MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      new OnnxConverter(heads, maxTokens, pooling)
          .convert(onnx.toString(), bytes, Files.readAllBytes(tokenizer), folder);
    }
    return folder;
  }
}
