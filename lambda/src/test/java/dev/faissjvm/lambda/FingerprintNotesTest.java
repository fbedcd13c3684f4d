package dev.faissjvm.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintNotesTest {

  @TempDir Path folder;

  @Test
  void aNoteIsOfOneStateOfAFolder() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Path weights = Files.writeString(model.resolve("model.safetensors"), "weights");
    FingerprintNotes.Note note = new FingerprintNotes.Note("abc", 384);
    FingerprintNotes notes = new FingerprintNotes(folder.resolve("notes"));
    assertThat(notes.find(model)).isEmpty();
    notes.keep(model, note);
    assertThat(notes.find(model)).contains(note);
    FileTime time = Files.getLastModifiedTime(weights);
    Files.writeString(weights, "other weights");
    Files.setLastModifiedTime(weights, time);
    assertThat(notes.find(model)).as("another size").isEmpty();
    Files.writeString(weights, "weights");
    Files.setLastModifiedTime(weights, time);
    assertThat(notes.find(model)).contains(note);
    Files.setLastModifiedTime(weights, FileTime.fromMillis(time.toMillis() + 5));
    assertThat(notes.find(model)).as("another time").isEmpty();
  }
}
