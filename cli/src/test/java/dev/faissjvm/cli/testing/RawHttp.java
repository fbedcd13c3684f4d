package dev.faissjvm.cli.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A connection to a server on loopback that sends what it is told, sense or not. */
public final class RawHttp implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 60_000;
  private static final int MOST_BYTES = 1 << 20;

  private final Socket socket;

  public RawHttp(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** Sends a request with these lines and an empty one, and returns the whole answer. */
  public static String ask(int port, String... lines) throws IOException {
    try (RawHttp raw = new RawHttp(port)) {
      raw.send(String.join("\r\n", lines) + "\r\n\r\n");
      return raw.answer();
    }
  }

  /** Asks for a path as a well-behaved program does. */
  public static String get(int port, String path) throws IOException {
    return ask(port, "GET " + path + " HTTP/1.1", "Host: localhost", "Connection: close");
  }

  /** Sends text; that nobody takes it any more is no failure here. */
  public void send(String text) {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
    } catch (IOException e) {
      // The answer tells.
      return;
    }
  }

  /** Returns what comes until the server ends the connection; empty if it only ends it. */
  public String answer() throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[8192];
    InputStream in = socket.getInputStream();
    try {
      for (int n = in.read(buffer); n >= 0 && text.length() < MOST_BYTES; n = in.read(buffer)) {
        text.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (SocketException e) {
      // A reset is an end, too.
      return text.toString();
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
