import Foundation
import NIOHTTP1
import SessionCore
import Wire

/// An answer that is not a success. The key is cut out of what is shown of it, in case the service repeats it.
struct ErrorResponse: Error {
    var status: Int
    var headers: HTTPHeaders
    var body: ErrorBody
    /// Where the service says that it has moved, on one line.
    var location: String?
    /// Whether the body was a JSON object, as every service writes it: a proxy's page is none.
    var isDocument = true

    init(_ document: HTTPDocument, key: String) {
        self.init(
            status: document.status, headers: document.headers, body: ErrorBody(document.body), key: key)
        isDocument = document.body.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
    }

    init(status: Int, headers: HTTPHeaders = [:], body: ErrorBody, key: String) {
        self.status = status
        self.headers = headers
        let redact = { (text: String) in Secret(key)?.redacted(in: text) ?? text }
        self.body = ErrorBody(text: redact(body.text), code: body.code.map(redact))
        location = headers.first(name: "location").map { location in
            redact(location.filter { !$0.isWhitespace && !$0.isNewline })
        }
    }

    /// True for the framework's own 404/405 (no such route), false for the service's 404 (no such resource).
    var isNoSuchRoute: Bool { status == 405 || status == 404 && body.text == "Not Found" }

    /// Whether the service itself refuses the request, or says that it does not know what it is about. A proxy, or a service that
    /// is being updated, says so for a while of everything.
    var isOwnRefusal: Bool { isDocument && !isNoSuchRoute && (400..<500).contains(status) }

    /// The HTTP status with the service's own code and text.
    var detail: String {
        ["HTTP \(status)", body.code, body.text.isEmpty ? nil : body.text]
            .compactMap(\.self).joined(separator: " · ")
    }
}

extension ServiceError {
    /// - Parameters:
    ///   - mapper: The vendor's own codes; they say more than the status.
    ///   - now: The wall clock, for `Retry-After`.
    init(_ context: ErrorContext, mapper: ErrorMapper, now: Date) {
        let description = mapper(context) ?? ErrorDescription(status: context)
        let response = context.response
        // Only the service itself can end a turn that runs there.
        let isPassing =
            context.operation.isPoll && !response.isOwnRefusal && Self(description.kind, "").deniesTurn
        self.init(
            isPassing ? .service : description.kind, description.message, detail: response.detail,
            status: response.status,
            retryAt: RetryAfter.date(response.headers, now: now))
    }
}
