import Foundation
import Hummingbird
import NIOCore

/// The body of a request that a dialect defines.
protocol RequestBodyShape: Decodable, Sendable {
    /// What is wrong beyond the types.
    var faults: [Fault] { get }
}

extension RequestBodyShape {
    var faults: [Fault] { [] }
}

extension Request {
    /// Reads the JSON body. Fields that the shape does not know are ignored.
    /// - Throws: ``APIError`` that names the field.
    func decode<Shape: RequestBodyShape>(_ shape: Shape.Type, limit: Int) async throws -> Shape {
        let bytes = try await collect(limit: limit)
        let decoded: Shape
        do {
            decoded = try JSONDecoder().decode(shape, from: bytes)
        } catch let error as DecodingError {
            throw APIError(.invalid([Fault(error)]))
        }
        guard decoded.faults.isEmpty else { throw APIError(.invalid(decoded.faults)) }
        return decoded
    }

    func collect(limit: Int) async throws -> Data {
        if let length = headers[.contentLength].flatMap(Int.init), length > limit {
            throw APIError(.tooLarge)
        }
        do {
            return Data(buffer: try await body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw APIError(.tooLarge)
        }
    }
}

extension Fault {
    /// Says which field made JSON unreadable.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(
                path: ["body"] + (context.codingPath + [key]).map(\.stringValue), kind: .missing,
                message: "field required")
        case .valueNotFound(_, let context):
            self.init(path: Self.path(context), kind: .null, message: "none is not an allowed value")
        case .typeMismatch(let type, let context):
            self.init(
                path: Self.path(context), kind: .type(Self.name(of: type)),
                message: "value is not a valid \(Self.name(of: type))")
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            self.init(path: ["body"], kind: .notJSON, message: "the body is not valid JSON")
        case .dataCorrupted(let context):
            self.init(path: Self.path(context), kind: .malformed, message: context.debugDescription)
        @unknown default:
            self.init(path: ["body"], kind: .notJSON, message: "the body cannot be read")
        }
    }

    private static func path(_ context: DecodingError.Context) -> [String] {
        ["body"] + context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "string"
        case is Bool.Type: "boolean"
        case is any BinaryInteger.Type: "integer"
        case is any BinaryFloatingPoint.Type: "number"
        case is any Collection.Type where !(type is any ExpressibleByDictionaryLiteral.Type): "list"
        default: "object"
        }
    }
}
