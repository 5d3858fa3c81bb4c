import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Wire

extension HTTPFields {
    /// The header of a streamed response, which proxies must not buffer.
    static func stream(_ type: String) -> HTTPFields {
        var fields: HTTPFields = [.contentType: type, .cacheControl: "no-cache"]
        if let name = HTTPField.Name("x-accel-buffering") { fields[name] = "no" }
        return fields
    }

    static let eventStream = stream("text/event-stream")
}

extension Response {
    static func json(
        _ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        return Response(
            status: status, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(data: try WireJSON.encode(value))))
    }
}
