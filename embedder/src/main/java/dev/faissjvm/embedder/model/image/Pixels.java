package dev.faissjvm.embedder.model.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A decoded picture: red, green and blue samples of 0 to 255, row by row, three bytes a pixel.
 *
 * @param width in pixels
 * @param height in pixels
 * @param samples {@code 3 * width * height}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Pixels(int width, int height, byte[] samples) {
  /** As many as Pillow accepts; a small file can claim to be much larger. */
  private static final long MAX_PIXELS = 178_956_970;

  int sample(int x, int y, int channel) {
    return samples[(y * width + x) * 3 + channel] & 0xff;
  }

  /**
   * Decodes a picture. Transparency is dropped, not blended.
   *
   * @throws IllegalArgumentException if it cannot be decoded, or is too large
   */
  static Pixels decode(byte[] encoded) {
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new IllegalArgumentException(
            "picture: expected a format that ImageIO reads, got another; sizeBytes="
                + encoded.length);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        long width = reader.getWidth(0);
        long height = reader.getHeight(0);
        if (width * height > MAX_PIXELS) {
          throw new IllegalArgumentException(
              "picture: expected at most " + MAX_PIXELS + " pixels, got " + width + "x" + height);
        }
        return of(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IllegalArgumentException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // readers throw both over a broken file
      throw new IllegalArgumentException("picture: cannot be decoded: " + e.getMessage(), e);
    }
  }

  private static Pixels of(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    byte[] samples = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    boolean gray = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    int[] row = new int[width];
    int at = 0;
    for (int y = 0; y < height; y++) {
      if (gray) {
        grays(image, y, row);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      for (int pixel : row) {
        samples[at++] = (byte) (pixel >> 16);
        samples[at++] = (byte) (pixel >> 8);
        samples[at++] = (byte) pixel;
      }
    }
    return new Pixels(width, height, samples);
  }

  /** Gray samples as they are: getRGB would take them for linear light and brighten them. */
  private static void grays(BufferedImage image, int y, int[] row) {
    Raster raster = image.getRaster();
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
    raster.getSamples(0, y, row.length, 1, 0, row);
    for (int x = 0; x < row.length; x++) {
      row[x] = (row[x] >> shift) * 0x010101;
    }
  }
}
