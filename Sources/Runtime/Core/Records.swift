// Functions on records.

let recordNatives: [Native] = [
  .core(
    "keys(record) -> List", in: "records",
    """
    The names of the fields, in order.

    ```xai
    keys({x: 1, y: 2})   #=> ["x", "y"]
    ```
    """
  ) { _, arguments throws(Failure) in
    if case .object(let object) = arguments[0], !object.fieldNames.isEmpty {
      return Value(object.fieldNames.map { Value($0) })
    }
    return Value(try arguments.record(0).keys.map { Value($0) })
  },
  .core(
    "values(record) -> List", in: "records",
    """
    The values of the fields, in order.

    ```xai
    values({x: 1, y: 2})   #=> [1, 2]
    ```
    """
  ) { _, arguments throws(Failure) in
    Value(try arguments.record(0).fields.map(\.value))
  },
  .core(
    "items(record) -> List", in: "records",
    """
    Pairs `[name, value]` of the fields, in order.

    ```xai
    items({x: 1, y: 2})   #=> [["x", 1], ["y", 2]]
    ```
    """
  ) { _, arguments throws(Failure) in
    Value(try arguments.record(0).fields.map { Value([Value($0.name), $0.value]) })
  },
  .core(
    "has(record, name: String) -> Bool", in: "records",
    """
    Whether a Record, or another value with fields, has a field of a name.

    ```xai
    has({x: 1}, "y")   #=> false
    ```
    """
  ) { _, arguments throws(Failure) in
    let name = try arguments.string(1)
    if case .object(let object) = arguments[0], !object.fieldNames.isEmpty {
      return .bool(object.fieldNames.contains(name))
    }
    return .bool(try arguments.record(0).position(of: name) != nil)
  },
  .core(
    "without(record, names...) -> Record", in: "records",
    """
    A Record without some of its fields, named one by one or in a List. Names that it does not have
    are errors.

    ```xai
    without({x: 1, y: 2, z: 3}, "x", "z")   #=> {y: 2}
    ```
    """
  ) { _, arguments throws(Failure) in
    let record = try arguments.record(0)
    let names = Set(try arguments.names(1))
    for name in names.sorted() where record.position(of: name) == nil {
      throw Failure(
        "X0313", "without: the Record has no field `\(name)`",
        notes: ["It has \(Description.line(Value(record.keys.map { Value($0) })))."])
    }
    return .record(Record(record.fields.filter { !names.contains($0.name) }.map { ($0, $1) }))
  },
  Native(
    "merge(records...) -> Record", in: "records",
    """
    One Record with the fields of several; of fields with the same name the last one counts.

    ```xai
    merge({x: 1, y: 2}, {y: 3})   #=> {x: 1, y: 3}
    ```
    """
  ) { _, arguments throws(Failure) in
    let result = Record()
    for value in try arguments.list(0).values {
      guard case .record(let record) = value else {
        throw .argument(0, expected: "Records", found: value)
      }
      for (name, value) in record.fields { result.set(name, value) }
    }
    return .record(result)
  },
]
