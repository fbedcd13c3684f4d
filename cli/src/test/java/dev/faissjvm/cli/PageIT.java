package dev.faissjvm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.faissjvm.cli.testing.App;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.Wait;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The search page in a real Chromium, as a person uses it. Screenshots are left in target/page. */
class PageIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path PICTURES = Path.of("target", "page");

  @TempDir static Path folder = Path.of("");

  private static App.@Nullable Running server;
  private static @Nullable ChromeDriver browser;
  private static String root = "";

  @BeforeAll
  static void serve() throws IOException, InterruptedException {
    App app = App.in(folder);
    App.Result demo = app.run("demo", "--rows", "300", "--keep", "demo");
    assertThat(demo.code()).as(demo.err()).isZero();
    server = app.start("serve", "--demo", "demo", "--port", "0");
    Matcher url =
        Pattern.compile("http://127\\.0\\.0\\.1:\\d+/").matcher(server.awaitText("answers;"));
    assertThat(url.find()).isTrue();
    root = url.group();
    ChromeOptions options = new ChromeOptions();
    options.setBinary("/usr/bin/chromium");
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + folder.resolve("chromium"));
    browser =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .usingAnyFreePort()
                .build(),
            options);
    Files.createDirectories(PICTURES);
  }

  @AfterAll
  static void stop() throws IOException, InterruptedException {
    if (browser != null) {
      browser.quit();
    }
    if (server != null) {
      server.signal("TERM");
      assertThat(server.end().code()).isEqualTo(ExitCode.TERMINATED.code());
    }
  }

  private static ChromeDriver browser() {
    ChromeDriver open = browser;
    if (open == null) {
      throw new IllegalStateException("browser: expected one, got none");
    }
    return open;
  }

  private static void open(String query) {
    browser().get(root + query);
    await(".hit");
  }

  /** Waits through the moment in which the page replaces its results. */
  private static Wait<WebDriver> patiently() {
    return new WebDriverWait(browser(), PATIENCE).ignoring(StaleElementReferenceException.class);
  }

  private static void await(String selector) {
    patiently().until(driver -> !driver.findElements(By.cssSelector(selector)).isEmpty());
  }

  private static void awaitText(String selector, String text) {
    patiently()
        .until(
            driver ->
                driver.findElements(By.cssSelector(selector)).stream()
                    .anyMatch(element -> element.getText().contains(text)));
  }

  private static List<WebElement> all(String selector) {
    return browser().findElements(By.cssSelector(selector));
  }

  private static WebElement one(String selector) {
    return browser().findElement(By.cssSelector(selector));
  }

  private static void picture(String name, int width, int height) throws IOException {
    browser().manage().window().setSize(new Dimension(width, height));
    Files.write(PICTURES.resolve(name + ".png"), browser().getScreenshotAs(OutputType.BYTES));
  }

  private static void assertNoErrors() {
    assertThat(browser().manage().logs().get(LogType.BROWSER).getAll())
        .noneMatch(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue());
  }

  @Test
  void answersAsOneTypesAndSwitchesModes() throws IOException {
    browser().get(root);
    one("#q").sendKeys("someone who teaches children");
    awaitText(".hit h3", "teacher");
    assertThat(one("#status").getText()).contains("10 hits", "rows", "question", "search", "way");
    assertThat(all(".hit .score").get(0).getText()).startsWith("score 0.");
    one("input[value=all]").click();
    await("#results.columns section:nth-child(3) .hit");
    assertThat(all("#results h2")).hasSize(3);
    assertThat(all("mark")).isNotEmpty();
    picture("columns-1400", 1400, 1000);
    assertNoErrors();
  }

  @Test
  void filtersNarrowAndSayWhenNothingFits() {
    open("?q=to+say+sorry");
    one("#filters summary").click();
    one("#filter-content_group").sendKeys("verb");
    awaitText("#active", "(1)");
    patiently()
        .until(
            driver ->
                all(".facts").stream().allMatch(e -> e.getText().contains("content_group: verb")));
    one("#filter-content_group").clear();
    one("#filter-content_group").sendKeys("nothing");
    awaitText("#status", "Nothing fits");
    assertThat(all(".hit")).isEmpty();
    assertNoErrors();
  }

  @Test
  void everythingCanBeDoneByKeyboard() throws IOException {
    open("?q=frozen+water");
    one("#q").sendKeys(Keys.ARROW_DOWN);
    assertThat(browser().switchTo().activeElement().getDomAttribute("class")).contains("hit");
    String first = all(".hit h3").get(0).getText();
    browser().switchTo().activeElement().sendKeys(Keys.ENTER);
    awaitText("#status", "like “" + first);
    assertThat(all(".hit h3").get(0).getText()).isNotEqualTo(first);
    picture("similar-1400", 1400, 900);
    browser().switchTo().activeElement().sendKeys(Keys.ESCAPE);
    awaitText(".hit h3", first);
    assertThat(browser().switchTo().activeElement().getDomAttribute("id")).isEqualTo("q");
    assertNoErrors();
  }

  @Test
  void theNeighbourhoodIsDrawnAndThePageFitsAPhone() throws IOException {
    open("?q=a+part+of+the+body");
    one("#mapped").click();
    await("#map svg a");
    assertThat(all("#map svg a")).hasSize(40);
    picture("map-1400", 1400, 1000);
    browser().manage().window().setSize(new Dimension(500, 900));
    browser()
        .executeCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            Map.of("width", 320, "height", 800, "deviceScaleFactor", 1, "mobile", true));
    try {
      Object wide = browser().executeScript("return document.documentElement.scrollWidth");
      assertThat(((Number) Objects.requireNonNull(wide)).intValue()).isEqualTo(320);
      one("#theme").click();
      picture("phone-320", 500, 900);
      one("input[value=all]").click();
      await("#results.columns section:nth-child(3) .hit");
      Object columns = browser().executeScript("return document.documentElement.scrollWidth");
      assertThat(((Number) Objects.requireNonNull(columns)).intValue()).isEqualTo(320);
      picture("phone-columns-320", 500, 900);
    } finally {
      browser().executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
    }
    assertNoErrors();
  }

  /** Every text against what lies behind it, as the browser draws both: 4.5:1, large text 3:1. */
  @Test
  void everyTextAndEveryControlStandsOutInBothThemes() throws IOException {
    for (String theme : List.of("light", "dark")) {
      open("?q=a+part+of+the+body&mode=all");
      browser().executeScript("document.documentElement.dataset.theme = arguments[0]", theme);
      one("#filters summary").click();
      await("#results.columns section:nth-child(3) .hit");
      one("#mapped").click();
      await("#map svg a text");
      browser().executeScript("document.getElementById('gate').hidden = false");
      assertThat(faint()).as(theme).isEmpty();
      picture("contrast-" + theme, 1400, 1000);
      browser().executeScript("say('something is wrong', true)");
      assertThat(faint()).as(theme + ", an error").isEmpty();
    }
    browser().executeScript("document.getElementById('about').style.color = '#777'");
    assertThat(faint()).as("the check sees a colour that is too faint").isNotEmpty();
  }

  /** Returns what is drawn too faintly, each with its ratio. */
  private static List<?> faint() throws IOException {
    String script = Files.readString(Path.of("src/test/js/contrast.js"));
    return (List<?>) Objects.requireNonNull(browser().executeScript(script));
  }

  @Test
  void withoutAMouseEverythingIsReachedInOrderAndSeen() throws IOException {
    browser().get(root);
    await("#filters:not([hidden])");
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      WebElement active = browser().switchTo().activeElement();
      reached.add(String.valueOf(active.getDomAttribute("id")) + active.getText());
      if (i > 0 && !active.getTagName().equals("body")) {
        assertThat(active.getCssValue("outline-style")).as(reached.toString()).isEqualTo("solid");
      }
      active.sendKeys(Keys.TAB);
    }
    assertThat(String.join(" ", reached))
        .containsSubsequence("q", "Search", "Filters", "To the results", "theme");
    one("#q").sendKeys("frozen water", Keys.ENTER);
    await(".hit");
    one("#q").sendKeys(Keys.ARROW_DOWN, Keys.ARROW_DOWN);
    one("input[value=semantic]").sendKeys(Keys.ARROW_RIGHT);
    assertThat(one("input[value=keyword]").isSelected()).isTrue();
    assertNoErrors();
  }

  @Test
  void nothingFoundIsSaidAndTheWayOnToo() throws IOException {
    open("?q=frozen+water");
    one("input[value=keyword]").click();
    one("#q").clear();
    one("#q").sendKeys("xyzzy plugh");
    awaitText("#status", "Nothing fits");
    assertThat(all(".hit")).isEmpty();
    picture("nothing-1400", 1400, 700);
    assertNoErrors();
  }

  /** A server of its own, since this one ends. */
  @Test
  void aServerThatIsGoneIsSaidAndItsReturnIsSeen() throws IOException, InterruptedException {
    App app = App.in(folder);
    App.Running first = app.start("serve", "--demo", "demo", "--port", "0", "--json");
    Matcher url = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/").matcher(first.awaitText("}"));
    assertThat(url.find()).isTrue();
    browser().get(url.group() + "?q=frozen+water");
    await(".hit");
    first.signal("TERM");
    first.end();
    one("#q").sendKeys(" in winter");
    awaitText("#status", "The server does not answer");
    picture("gone-1400", 1400, 700);
    assertThat(all(".hit")).as("the last answers stay").isNotEmpty();
    App.Running second = app.start("serve", "--demo", "demo", "--port", url.group(1), "--json");
    awaitText("#status", "hits");
    second.signal("TERM");
    second.end();
    browser().manage().logs().get(LogType.BROWSER); // refused connections are errors there
  }

  @Test
  void aRowsMarkupIsShownAndNotRun() throws IOException, InterruptedException {
    HttpResponse<String> page = get("");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'");
    assertThat(page.body()).doesNotContain("http://", "https://", "<style", "onclick");
    browser().get(root + "?q=" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20bread");
    await(".hit");
    assertThat(all("#results img")).isEmpty();
    assertNoErrors();
  }

  @Test
  void requestsThatMakeNoSenseGetAnAnswer() throws IOException, InterruptedException {
    assertThat(get("search").statusCode()).isEqualTo(400);
    assertThat(get("search?q=x&mode=best").statusCode()).isEqualTo(400);
    assertThat(get("search?q=x&k=1000000").statusCode()).isEqualTo(400);
    assertThat(get("search?q=x&filter=none%3D1").body()).contains("filter: expected one of");
    assertThat(get("similar?ref=nonsense").statusCode()).isEqualTo(400);
    assertThat(get("..%2f..%2fetc%2fpasswd").statusCode()).isEqualTo(404);
    assertThat(get("search?q=" + "x".repeat(9_000)).statusCode()).isEqualTo(414);
    assertThat(get("healthz").body()).isEqualTo("ok\n");
    assertThat(get("explain?q=bread").body()).contains("\"recall\":1.0", "\"segments\":[{");
    assertThat(get("metrics").body())
        .contains(
            "faissjvm_replies_total{status=\"400\"}",
            "faissjvm_answer_seconds_count ",
            "faissjvm_index_rows ");
    assertThat(get("openapi.json").body()).contains("\"/search\"");
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(root + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
