package dev.faissjvm.embedder.torch;

import org.bytedeco.pytorch.Argument;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The operators that libtorch offers only through its dispatcher. */
final class Ops {
  /** {@code (x, packed weight, bias, attribute, scalars, algorithm)}: a oneDNN linear, fused. */
  static final OperatorHandle LINEAR_POINTWISE = find("mkldnn::_linear_pointwise");

  /** {@code (weight, batch size)}: to oneDNN's own layout, once. */
  static final OperatorHandle REORDER_LINEAR_WEIGHT = find("mkldnn::_reorder_linear_weight");

  /** {@code (quantized weight, bias)}: to fbgemm's own layout, once. */
  static final OperatorHandle LINEAR_PREPACK = find("quantized::linear_prepack");

  /** {@code (x, packed, reduce range)}: an eight-bit linear, activations quantized on the way. */
  static final OperatorHandle LINEAR_DYNAMIC = find("quantized::linear_dynamic");

  /** The factor in {@link dev.faissjvm.embedder.model.Activation#QUICK_GELU}. */
  static final Scalar QUICK = new Scalar(1.702).retainReference();

  static final IValue NIL = new IValue().retainReference();
  static final IValue FALSE = new IValue(false).retainReference();
  static final IValue NONE = new IValue("none").retainReference();
  static final IValue NO_SCALARS = noScalars();

  private Ops() {}

  private static OperatorHandle find(String name) {
    return new OperatorHandle(Dispatcher.singleton().findSchemaOrThrow(name, "")).retainReference();
  }

  /** An empty list of optional scalars, its element type taken from the operator's schema. */
  private static IValue noScalars() {
    var scalars = LINEAR_POINTWISE.schema().arguments().getPointer(Argument.class, 4);
    return new IValue(new GenericList(scalars.type().get().containedType(0))).retainReference();
  }

  /** Calls an operator; the result is the caller's to close. */
  static IValue call(OperatorHandle operator, IValue... arguments) {
    try (IValueVector stack = new IValueVector(arguments)) {
      operator.callBoxed(stack);
      return new IValue(stack.get(0));
    }
  }

  /** Calls an operator on a tensor; the result is the caller's to close. */
  static Tensor callOn(Tensor x, OperatorHandle operator, IValue... arguments) {
    // The first argument keeps the activations alive until it is closed.
    try (IValue first = new IValue(x);
        IValueVector stack = new IValueVector()) {
      stack.push_back(first);
      for (IValue argument : arguments) {
        stack.push_back(argument);
      }
      operator.callBoxed(stack);
      return new Tensor(stack.get(0).toTensor());
    }
  }
}
