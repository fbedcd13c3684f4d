package dev.faissjvm.lambda;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in S3, {@code s3://bucket/prefix}.
 *
 * @param bucket the bucket
 * @param prefix what keys begin with: empty, or a path that ends in a slash
 */
public record S3Address(String bucket, String prefix) {

  private static final Pattern FORM = Pattern.compile("s3://([a-z0-9.-]{3,63})(?:/(.*))?");

  /**
   * Reads an address.
   *
   * @param text the address
   * @return its parts
   * @throws IllegalArgumentException if it is none
   */
  public static S3Address of(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected s3://bucket/prefix, got '" + text + "'");
    }
    String prefix = matcher.group(2) == null ? "" : matcher.group(2);
    boolean whole = prefix.isEmpty() || prefix.endsWith("/");
    return new S3Address(matcher.group(1), whole ? prefix : prefix + "/");
  }

  @Override
  public String toString() {
    return "s3://" + bucket + "/" + prefix;
  }
}
