import Foundation
import Hummingbird
import NIOCore
import Wire

/// A request body that a dialect defines as a type.
protocol ValidatedBody: Decodable, Sendable {
    /// What is wrong beyond the types.
    var fieldErrors: [FieldError] { get }
}

extension ValidatedBody {
    /// - Throws: ``APIError`` that names every wrong field.
    func validate() throws {
        if !fieldErrors.isEmpty { throw APIError(.invalid(fieldErrors)) }
    }
}

extension Request {
    /// Decodes the JSON body. Unknown fields are ignored.
    /// - Throws: ``APIError`` that names the wrong fields.
    func decode<Body: ValidatedBody>(_ type: Body.Type, limit: Int) async throws -> Body {
        let bytes = try await collectBody(limit: limit)
        let body: Body
        do {
            body = try WireJSON.decode(type, from: bytes)
        } catch let error as DecodingError {
            throw APIError(.invalid([FieldError(error)]))
        }
        try body.validate()
        return body
    }

    /// - Parameter limit: In bytes.
    func collectBody(limit: Int) async throws -> Data {
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
