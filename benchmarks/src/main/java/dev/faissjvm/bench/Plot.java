package dev.faissjvm.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A plot as SVG, readable on dark and on light pages and without colour: each series has a mark of
 * its own, and its name stands at its last point.
 */
final class Plot {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 420;
  private static final int LEFT = 70;
  private static final int RIGHT = 190;
  private static final int TOP = 40;
  private static final int BOTTOM = 55;
  private static final int LINE_HEIGHT = 15;
  private static final int MARKS = 7;

  /**
   * The Okabe-Ito colours that keep a contrast of 3 and more on white and on near black, and a
   * violet that does.
   */
  private static final String[] COLOURS = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00", "#7f7f7f", "#785ef0"
  };

  /**
   * Points of one contestant.
   *
   * @param name what stands beside them
   * @param points x and y, joined in this order
   */
  record Series(String name, List<double[]> points) {}

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<Series> series;

  Plot(String title, Axis x, Axis y, List<Series> series) {
    this.title = title;
    this.x = x;
    this.y = y;
    this.series = series;
  }

  /** Returns the whole file. */
  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                + " height=\"%d\" role=\"img\" aria-label=\"%s\">%n",
            WIDTH,
            HEIGHT,
            WIDTH,
            HEIGHT,
            escaped(title)));
    svg.append(
        """
        <style>
          text { font: 12px system-ui, sans-serif; fill: #1b1b1b; }
          .title { font-size: 14px; font-weight: 600; }
          .page { fill: #ffffff; }
          .grid { stroke: #d0d0d0; }
          @media (prefers-color-scheme: dark) {
            text { fill: #e8e8e8; }
            .page { fill: #16181c; }
            .grid { stroke: #3a3d44; }
          }
        </style>
        """);
    svg.append("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    svg.append(text(LEFT, TOP - 16, "start", " class=\"title\"", title));
    axes(svg);
    for (int i = 0; i < series.size(); i++) {
      line(svg, i);
    }
    names(svg);
    return svg.append("</svg>\n").toString();
  }

  private double px(double value) {
    return LEFT + x.share(value) * (WIDTH - LEFT - RIGHT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - y.share(value) * (HEIGHT - TOP - BOTTOM);
  }

  private void axes(StringBuilder svg) {
    int bottom = HEIGHT - BOTTOM;
    for (double tick : x.ticks()) {
      svg.append(grid(px(tick), TOP, px(tick), bottom));
      svg.append(text(px(tick), bottom + 18, "middle", "", Axis.label(tick)));
    }
    for (double tick : y.ticks()) {
      svg.append(grid(LEFT, py(tick), WIDTH - RIGHT, py(tick)));
      svg.append(text(LEFT - 8, py(tick) + 4, "end", "", Axis.label(tick)));
    }
    svg.append(text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 14, "middle", "", x.title()));
    double middle = (TOP + bottom) / 2.0;
    String turned = String.format(Locale.ROOT, " transform=\"rotate(-90 18 %.1f)\"", middle);
    svg.append(text(18, middle, "middle", turned, y.title()));
  }

  private void line(StringBuilder svg, int which) {
    String colour = COLOURS[which % COLOURS.length];
    StringBuilder path = new StringBuilder();
    for (double[] point : series.get(which).points()) {
      path.append(String.format(Locale.ROOT, "%.1f,%.1f ", px(point[0]), py(point[1])));
    }
    svg.append(
        String.format(
            "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/>%n",
            path.toString().strip(), colour));
    for (double[] point : series.get(which).points()) {
      svg.append(mark(which % MARKS, px(point[0]), py(point[1]), colour));
    }
  }

  /** Names beside the last points, moved apart where they would lie on each other. */
  private void names(StringBuilder svg) {
    record Name(int which, double y) {}
    List<Name> names = new ArrayList<>();
    for (int i = 0; i < series.size(); i++) {
      List<double[]> points = series.get(i).points();
      if (!points.isEmpty()) {
        names.add(new Name(i, py(points.get(points.size() - 1)[1])));
      }
    }
    names.sort((a, b) -> Double.compare(a.y(), b.y()));
    double next = TOP;
    for (Name name : names) {
      double at = Math.max(next, name.y());
      next = at + LINE_HEIGHT;
      double left = WIDTH - RIGHT + 14;
      svg.append(mark(name.which() % MARKS, left, at, COLOURS[name.which() % COLOURS.length]));
      svg.append(text(left + 10, at + 4, "start", "", series.get(name.which()).name()));
    }
  }

  private static String mark(int shape, double x, double y, String colour) {
    String form =
        switch (shape) {
          case 0 -> "<circle cx=\"%1$.1f\" cy=\"%2$.1f\" r=\"4\"";
          case 1 -> "<path d=\"M%1$.1f %2$.1f m-4 -4 h8 v8 h-8 z\"";
          case 2 -> "<path d=\"M%1$.1f %2$.1f m0 -5 l5 9 h-10 z\"";
          case 3 -> "<path d=\"M%1$.1f %2$.1f m0 -5 l5 5 l-5 5 l-5 -5 z\"";
          case 4 -> "<path d=\"M%1$.1f %2$.1f m0 5 l5 -9 h-10 z\"";
          case 5 -> "<path d=\"M%1$.1f %2$.1f m-1 -5 h2 v4 h4 v2 h-4 v4 h-2 v-4 h-4 v-2 h4 z\"";
          default -> "<path d=\"M%1$.1f %2$.1f m-2 -5 h4 v10 h-4 z\"";
        };
    return String.format(Locale.ROOT, form, x, y) + " fill=\"" + colour + "\"/>\n";
  }

  private static String grid(double x1, double y1, double x2, double y2) {
    return String.format(
        Locale.ROOT,
        "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
        x1,
        y1,
        x2,
        y2);
  }

  private static String text(double x, double y, String anchor, String more, String words) {
    return String.format(
        Locale.ROOT,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
        x,
        y,
        anchor,
        more,
        escaped(words));
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
