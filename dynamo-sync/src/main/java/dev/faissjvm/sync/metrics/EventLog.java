package dev.faissjvm.sync.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.System.Logger.Level;

/**
 * Says what happened as one JSON object a line, through the JDK's own log: {@code
 * {"event":"parked","row":"noun/1","reason":"..."}}. Where the lines go, and from which level on,
 * is the application's to say, in its {@link System.Logger}.
 *
 * <p><b>Threads.</b> Safe for use by many threads. <b>Errors.</b> Never fails for what it is told.
 */
public final class EventLog {

  private final System.Logger logger;

  private EventLog(System.Logger logger) {
    this.logger = logger;
  }

  /**
   * Returns the log of a package.
   *
   * @param name the name of the {@link System.Logger}
   * @return the log
   */
  public static EventLog of(String name) {
    return new EventLog(System.getLogger(name));
  }

  /**
   * Says something.
   *
   * @param level how much it matters
   * @param event what happened, a word
   * @param namesAndValues a name, its value, and so on; numbers and truths stay such
   */
  public void say(Level level, String event, Object... namesAndValues) {
    if (logger.isLoggable(level)) {
      logger.log(level, line(event, namesAndValues));
    }
  }

  static String line(String event, Object... namesAndValues) {
    ObjectNode line = JsonNodeFactory.instance.objectNode().put("event", event);
    for (int i = 0; i + 1 < namesAndValues.length; i += 2) {
      String name = String.valueOf(namesAndValues[i]);
      Object value = namesAndValues[i + 1];
      if (value instanceof Integer || value instanceof Long) {
        line.put(name, ((Number) value).longValue());
      } else if (value instanceof Boolean truth) {
        line.put(name, truth);
      } else {
        line.put(name, String.valueOf(value));
      }
    }
    return line.toString();
  }
}
