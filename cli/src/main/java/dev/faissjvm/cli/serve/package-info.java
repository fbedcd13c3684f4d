/**
 * An index over HTTP: a page for people, JSON for programs, on the JDK's own server.
 *
 * <p><b>In.</b> Requests of one machine, by default. <b>Out.</b> {@link
 * dev.faissjvm.sync.search.SearchRouter} answers them as values, {@link
 * dev.faissjvm.cli.serve.SearchServer} carries them; the page is three static files beside this
 * package and asks nothing of any other host.
 *
 * <p><b>Ownership.</b> The server owns its socket and threads until it is closed; the search
 * service is the caller's. <b>Threads.</b> A fixed number compute; what is beyond them waits its
 * turn for a bounded time, and the number of requests under way is bounded. <b>Errors.</b> A status
 * and one JSON object, {@code {"error":"..."}}; nothing of a request is repeated in a header or as
 * HTML.
 */
@NullMarked
package dev.faissjvm.cli.serve;

import org.jspecify.annotations.NullMarked;
