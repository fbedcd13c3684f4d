package dev.faissjvm.sync.document;

/** How the values of a filter field compare. */
public enum FieldType {
  /** Text, compared as it is: equals, in, prefix, range by code point. */
  STRING,
  /** Numbers, compared as numbers: equals, in, range. */
  NUMBER,
  /** True or false: equals. */
  BOOLEAN
}
