/**
 * The JSON of the commands.
 *
 * <p><b>In.</b> What dynamo-sync answers. <b>Out.</b> JSON trees and lines. <b>Ownership,
 * threads.</b> Functions only. <b>Errors.</b> None.
 */
@NullMarked
package dev.faissjvm.cli.json;

import org.jspecify.annotations.NullMarked;
