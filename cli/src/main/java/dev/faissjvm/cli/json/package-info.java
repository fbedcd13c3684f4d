/**
 * The forms that commands and page share: the JSON of answers, the text of filters.
 *
 * <p><b>In.</b> What dynamo-sync answers, and what people type. <b>Out.</b> JSON trees and lines,
 * filters. <b>Ownership, threads.</b> Functions only. <b>Errors.</b> {@link
 * IllegalArgumentException} for a filter that is none.
 */
@NullMarked
package dev.faissjvm.cli.json;

import org.jspecify.annotations.NullMarked;
