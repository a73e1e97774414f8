// Functions that write values, and tell what they are.

let printingNatives: [Native] = [
  Native(
    "print(values..., separator: String = \" \")", in: "values",
    """
    Writes values on one line of the output.

    Strings are written as they are, everything else as `string` gives it. `separator` stands
    between the values.

    ```xai
    print("x is", 2)   #=> none
    ```
    """
  ) { machine, arguments throws(Failure) in
    let values = try arguments.list(0)
    let separator = try arguments.string(1)
    var line = ""
    for index in 0..<values.count {
      if index > 0 { line += separator }
      line += Description.plain(values[index])
    }
    machine.output.write(line + "\n")
    return .none
  },
  Native(
    "string(value) -> String", in: "values",
    """
    The value as text: a String as it is, anything else as it would be written in a script.

    ```xai
    string([1, 2.5])   #=> "[1, 2.5]"
    ```
    """
  ) { _, arguments throws(Failure) in
    if case .text = arguments[0] { return arguments[0] }
    try Description.checkSize(arguments[0])
    return Value(Description.full(arguments[0]))
  },
  Native(
    "type(value) -> String", in: "values",
    """
    The name of a value's type, such as `"Int"`, `"Float"`, `"String"`, `"List"` or `"Tensor"`.

    ```xai
    type(1.5)   #=> "Float"
    ```
    """
  ) { _, arguments throws(Failure) in Value(arguments[0].typeName) },
  Native(
    "identity(x)", in: "values",
    """
    Its argument, unchanged: the function that does nothing, where a function is asked for.

    ```xai
    identity(3)   #=> 3
    ```
    """
  ) { _, arguments throws(Failure) in arguments[0] },
]
