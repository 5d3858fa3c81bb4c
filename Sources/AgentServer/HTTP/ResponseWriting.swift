import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension HTTPFields {
    /// The header of an answer that comes piece by piece, and is not to be gathered by a proxy on its way.
    static func stream(_ type: String) -> HTTPFields {
        var fields: HTTPFields = [.contentType: type, .cacheControl: "no-cache"]
        if let name = HTTPField.Name("x-accel-buffering") { fields[name] = "no" }
        return fields
    }

    static let eventStream = stream("text/event-stream")
}

extension Response {
    /// A value as JSON.
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(data: try encoder.encode(value))))
    }
}
