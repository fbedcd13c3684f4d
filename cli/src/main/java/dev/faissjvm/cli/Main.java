package dev.faissjvm.cli;

final class Main {
  private Main() {}
}
