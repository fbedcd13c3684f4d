package dev.faissjvm.bench;

/** A graph library's index, whose settings are the widths of its search. */
abstract class GraphSearch implements SearchEngine {

  /** From as narrow as ten neighbours allow. */
  static final int[] WIDTHS = {10, 15, 20, 30, 40, 60, 90, 130, 200, 300, 500};

  private final String name;

  GraphSearch(String library) {
    this.name = library + " 16/100";
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final int settings() {
    return WIDTHS.length;
  }
}
