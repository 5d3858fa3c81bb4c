import AgentAPI
import Foundation
import NIOHTTP1
import SessionCore
import Wire

/// One account's connection to its service: addresses, credentials and error descriptions. Every failure leaves it as ``ServiceError`` or
/// `CancellationError`.
struct ServiceConnection: Sendable {
    /// How the service wants the key.
    enum Scheme: Sendable {
        case header(String)
        case bearer
        /// A key in this header; a token (a JWT, which a program may have fetched) as bearer.
        case headerOrToken(String)
    }

    let account: ServiceAccount
    var url: ServiceURL
    let transport: HTTPTransport
    private let scheme: Scheme
    private let mapper: ErrorMapper
    private let keys: KeyRing

    /// - Parameter mapper: What the vendor's own error codes mean.
    /// - Throws: ``ServiceError`` if the account's url is not one.
    init(
        _ account: ServiceAccount, scheme: Scheme, transport: HTTPTransport,
        mapper: @escaping ErrorMapper = { _ in nil }
    ) throws {
        self.account = account
        self.scheme = scheme
        self.transport = transport
        self.mapper = mapper
        keys = KeyRing(account)
        do {
            url = try ServiceURL(account.url)
            if let name = account.serviceName { url.host = name }
        } catch {
            throw ServiceError(error, of: account)
        }
        let destination = Destination(url.appending([]))
        if let destination, !destination.isSecure, !destination.isLoopback, !account.isInsecure {
            throw ServiceError(
                .insecure,
                "The url of account “\(account.name)” begins with http://, so others on the network could read the key "
                    + "and the messages. Let it begin with https://, or allow it with insecure = true.")
        }
    }

    // MARK: Whole documents

    /// Reads a document.
    /// - Parameter retrying: Whether to repeat the request after transient failures; false if the caller does.
    func get<Value: Decodable>(
        _ url: String, as type: Value.Type = Value.self, for operation: Operation, retrying: Bool = true
    ) async throws -> Value {
        let outcome = try await exchange(
            .GET, url, body: nil, headTimeout: transport.limits.head, retrying: retrying)
        return try await decode(try document(outcome, operation), operation)
    }

    /// Reads a document once, and returns an error response beside it instead of throwing it.
    func getOnce(_ url: String) async throws -> (document: HTTPDocument, response: ErrorResponse?) {
        let request = request(.GET, url, body: nil, headTimeout: transport.limits.head)
        let (document, key) = try await send(request, status: \.status) {
            try await transport.document($0, retrying: false)
        }
        return (document, document.isSuccess ? nil : ErrorResponse(document, key: key))
    }

    /// Sends a body once and decodes the answer.
    func send<Value: Decodable>(
        _ method: HTTPMethod, _ url: String, body: some Encodable, as type: Value.Type = Value.self,
        for operation: Operation
    ) async throws -> Value {
        switch try await attempt(method, url, body: body, as: type, for: operation) {
        case .success(let value): return value
        case .failure(let response): throw error(response, operation)
        }
    }

    /// The same for a request of which an error response is part of the contract.
    func attempt<Value: Decodable>(
        _ method: HTTPMethod, _ url: String, body: some Encodable, as type: Value.Type = Value.self,
        for operation: Operation
    ) async throws -> Result<Value, ErrorResponse> {
        let outcome = try await exchange(
            method, url, body: try WireJSON.encode(body), headTimeout: transport.limits.reply)
        switch outcome {
        case .success(let document): return .success(try await decode(document, operation))
        case .failure(let response): return .failure(response)
        }
    }

    /// Sends a request once and ignores the content of a successful answer.
    func perform(
        _ method: HTTPMethod, _ url: String, body: Data? = nil, for operation: Operation
    ) async throws {
        let outcome = try await exchange(method, url, body: body, headTimeout: transport.limits.head)
        _ = try document(outcome, operation)
    }

    // MARK: Streams

    /// Sends a body once and returns a successful answer as soon as its head is there.
    func open(
        _ url: String, body: some Encodable, accepting type: String = "application/json",
        headers: HTTPHeaders = [:], for operation: Operation
    ) async throws -> HTTPAnswer {
        let body = try WireJSON.encode(body)
        return try await open(.POST, url, body, type, headers, headTimeout: transport.limits.reply, operation)
    }

    /// Opens a stream that is only read.
    func open(_ url: String, accepting type: String, for operation: Operation) async throws -> HTTPAnswer {
        try await open(.GET, url, nil, type, [:], headTimeout: transport.limits.head, operation)
    }

    private func open(
        _ method: HTTPMethod, _ url: String, _ body: Data?, _ type: String, _ headers: HTTPHeaders,
        headTimeout: Duration, _ operation: Operation
    ) async throws -> HTTPAnswer {
        var request = request(method, url, body: body, headTimeout: headTimeout)
        request.headers.replaceOrAdd(name: "accept", value: type)
        request.headers.add(contentsOf: headers)
        let (answer, key) = try await send(request, status: \.status) { try await transport.open($0) }
        if answer.isSuccess { return answer }
        var reader = answer.reader()
        let body = try await reader.prefix(transport.limits.errorBody)
        let document = HTTPDocument(status: answer.status, headers: answer.headers, body: body)
        throw error(ErrorResponse(document, key: key), operation)
    }

    // MARK: Errors

    /// - Parameter isMessage: Whether the service may have acted on the request.
    func error(_ failure: TransportFailure, isMessage: Bool = true) -> ServiceError {
        var error = ServiceError(failure, host: url.host, account: account, isMessage: isMessage)
        if failure.isBeforeConnection, let proxy {
            error.message +=
                " The way there leads through the proxy \(proxy.address), which \(proxy.variable) names."
        }
        return error
    }

    func error(_ response: ErrorResponse, _ operation: Operation) -> ServiceError {
        let context = ErrorContext(
            response: response, account: account, host: url.host, operation: operation)
        return ServiceError(context, mapper: mapper, now: transport.now())
    }

    /// The error for an answer that does not follow the contract in spite of a status of success: an error response, a web page, or
    /// something else.
    func unexpected(_ body: Data, _ error: DecodingError?, _ operation: Operation, key: String)
        -> ServiceError
    {
        if let title = ErrorBody.title(ofPage: body) { return unexpectedPage(title, operation) }
        let value = JSONValue(text: String(decoding: body, as: UTF8.self))
        if let reported = value.flatMap(ErrorBody.init(reportedIn:)) {
            let response = ErrorResponse(status: 200, body: reported, key: key)
            return ServiceError(
                .service, "\(url.host) failed and could not \(operation.action).", detail: response.body.text)
        }
        let fault = error.map { DecodingFault($0).description }
        let words = value == nil ? ErrorResponse(status: 200, body: ErrorBody(body), key: key).body.text : ""
        return ServiceError(
            .unreadable,
            "The answer of \(url.host) could not be understood, so Parley could not \(operation.action). "
                + "Check the service and the url of account “\(account.name)”.",
            detail: words.isEmpty ? fault : [fault, "“\(words)”"].compactMap(\.self).joined(separator: ": "))
    }

    func unexpectedPage(_ title: String, _ operation: Operation) -> ServiceError {
        let name = title.isEmpty ? "" : " (“\(title)”)"
        return ServiceError(
            .unreadable,
            "What answers at \(url.host) is a web page\(name) and not the service, so Parley could not "
                + "\(operation.action). If this network asks for a sign-in, sign in with a browser; otherwise check "
                + "the url of account “\(account.name)”.")
    }

    /// The proxy that connections go through.
    var proxy: Proxy? {
        guard let destination = Destination(url.appending([])),
            case .proxy(let proxy)? = try? transport.route(to: destination)
        else { return nil }
        return proxy
    }

    // MARK: Requests

    /// The headers that carry the key, and the key itself.
    /// - Throws: ``ServiceError`` if there is no key.
    func credentials() async throws -> (headers: HTTPHeaders, key: String) {
        let key = try await keys.key()
        return (headers(carrying: key), key)
    }

    private func headers(carrying key: String) -> HTTPHeaders {
        switch scheme {
        case .headerOrToken(let name) where !Self.isToken(key): [name: key]
        case .header(let name): [name: key]
        case .bearer, .headerOrToken: ["authorization": "Bearer \(key)"]
        }
    }

    /// Whether a text is a JWT: three parts, the first of which begins like a JSON object in base64.
    private static func isToken(_ text: String) -> Bool {
        text.hasPrefix("eyJ") && text.split(separator: ".", omittingEmptySubsequences: false).count == 3
    }

    /// The service has refused a key elsewhere than in an HTTP answer: the next request fetches it again.
    func forget(_ key: String) async { await keys.forget(key) }

    /// Fetches the key again after the service has refused it elsewhere than in an HTTP answer.
    /// - Returns: Whether its source has another.
    func hasAnotherKey(than refused: String) async throws -> Bool {
        try await keys.another(than: refused) != nil
    }

    /// A text of the service without the key.
    func redacted(_ text: String) async -> String { await keys.redacted(text) }

    /// The certificate authorities that are trusted besides the system's.
    var authorities: [String] { [account.authorityFile].compactMap(\.self) }

    /// A request without the key, which ``send(_:status:by:)`` adds.
    private func request(_ method: HTTPMethod, _ url: String, body: Data?, headTimeout: Duration)
        -> HTTPRequest
    {
        var headers: HTTPHeaders = ["accept": "application/json", "user-agent": "parley"]
        if body != nil { headers.add(name: "content-type", value: "application/json") }
        return HTTPRequest(
            method: method, url: url, headers: headers, body: body, authorities: authorities,
            headTimeout: headTimeout)
    }

    /// Sends a request with the key. A key that has expired is answered with 401, and the request has not been accepted: it is sent once
    /// more if the source of the key has another by now.
    /// - Returns: The answer, and the key it was given for.
    private func send<Answer>(
        _ request: HTTPRequest, status: (Answer) -> Int, by send: (HTTPRequest) async throws -> Answer
    ) async throws -> (answer: Answer, key: String) {
        let key = try await keys.key()
        func sending(_ key: String) async throws -> Answer {
            var request = request
            request.headers.add(contentsOf: headers(carrying: key))
            do {
                return try await send(request)
            } catch let failure as TransportFailure {
                throw error(failure, isMessage: !request.onlyReads)
            }
        }
        let answer = try await sending(key)
        guard status(answer) == 401, let other = try await keys.another(than: key) else {
            return (answer, key)
        }
        return (try await sending(other), other)
    }

    private func exchange(
        _ method: HTTPMethod, _ url: String, body: Data?, headTimeout: Duration, retrying: Bool = false
    ) async throws -> Result<HTTPDocument, ErrorResponse> {
        let request = request(method, url, body: body, headTimeout: headTimeout)
        let (document, key) = try await send(request, status: \.status) {
            try await transport.document($0, retrying: retrying)
        }
        return document.isSuccess ? .success(document) : .failure(ErrorResponse(document, key: key))
    }

    private func document(
        _ outcome: Result<HTTPDocument, ErrorResponse>, _ operation: Operation
    ) throws -> HTTPDocument {
        switch outcome {
        case .success(let document): return document
        case .failure(let response): throw error(response, operation)
        }
    }

    private func decode<Value: Decodable>(
        _ document: HTTPDocument, _ operation: Operation
    ) async throws -> Value {
        do {
            return try WireJSON.decode(from: document.body)
        } catch {
            throw unexpected(
                document.body, error as? DecodingError, operation, key: try await credentials().key)
        }
    }
}
