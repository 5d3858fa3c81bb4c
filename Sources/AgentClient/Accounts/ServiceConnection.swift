import AgentAPI
import Foundation
import NIOHTTP1
import SessionCore
import Wire

/// One account's way to its service: addresses, key, and errors in words. Every failure leaves it as ``ServiceError`` or as
/// `CancellationError`.
struct ServiceConnection: Sendable {
    /// How a service wants to be shown the key.
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
    private let explaining: ErrorMapper
    private let keys: KeyRing

    /// - Parameter explaining: What the vendor's own words mean.
    /// - Throws: ``ServiceError`` where the account's url is none.
    init(
        _ account: ServiceAccount, scheme: Scheme, transport: HTTPTransport,
        explaining: @escaping ErrorMapper = { _ in nil }
    ) throws {
        self.account = account
        self.scheme = scheme
        self.transport = transport
        self.explaining = explaining
        keys = KeyRing(account)
        do {
            url = try ServiceURL(account.url)
        } catch {
            throw ServiceError(.invalid, error.message(account))
        }
    }

    // MARK: Whole documents

    /// Reads something; tried again after failures that pass, unless whoever asks does that itself.
    func get<Value: Decodable>(
        _ url: String, as type: Value.Type = Value.self, for purpose: Operation, retrying: Bool = true
    ) async throws -> Value {
        let outcome = try await exchange(
            .GET, url, body: nil, patience: transport.limits.head, purpose, retrying: retrying)
        return try decode(try document(outcome, purpose), purpose)
    }

    /// Sends something once and reads the answer.
    func send<Value: Decodable>(
        _ method: HTTPMethod, _ url: String, body: some Encodable, as type: Value.Type = Value.self,
        for purpose: Operation
    ) async throws -> Value {
        switch try await attempt(method, url, body: body, as: type, for: purpose) {
        case .success(let value): return value
        case .failure(let refusal): throw error(refusal, purpose)
        }
    }

    /// The same where a refusal may be part of the contract.
    func attempt<Value: Decodable>(
        _ method: HTTPMethod, _ url: String, body: some Encodable, as type: Value.Type = Value.self,
        for purpose: Operation
    ) async throws -> Result<Value, ErrorResponse> {
        let body = try WireJSON.encode(body)
        let outcome = try await exchange(
            method, url, body: body, patience: transport.limits.reply, purpose, retrying: false)
        switch outcome {
        case .success(let document): return .success(try decode(document, purpose))
        case .failure(let refusal): return .failure(refusal)
        }
    }

    /// Sends something once; the answer is of no interest as long as it is a success.
    func perform(_ method: HTTPMethod, _ url: String, body: Data? = nil, for purpose: Operation) async throws
    {
        let outcome = try await exchange(
            method, url, body: body, patience: transport.limits.head, purpose, retrying: false)
        _ = try document(outcome, purpose)
    }

    /// Reads something once, whatever the answer.
    func ask(_ url: String) async throws -> (document: HTTPDocument, refusal: ErrorResponse?) {
        let (request, key) = try await request(.GET, url, body: nil, patience: transport.limits.head)
        do {
            let document = try await transport.document(request, retrying: false)
            return (document, document.isSuccess ? nil : await refused(document, key: key))
        } catch let failure as TransportFailure {
            throw error(failure, isMessage: false)
        }
    }

    // MARK: Answers that arrive bit by bit

    /// Sends something once and hands over the answer while it arrives; its status is a success.
    func open(
        _ url: String, body: some Encodable, accepting type: String = "application/json",
        for purpose: Operation
    ) async throws -> HTTPAnswer {
        let body = try WireJSON.encode(body)
        return try await open(.POST, url, body, type, transport.limits.reply, purpose)
    }

    /// Reads something that arrives bit by bit.
    func open(_ url: String, accepting type: String, for purpose: Operation) async throws -> HTTPAnswer {
        try await open(.GET, url, nil, type, transport.limits.head, purpose)
    }

    private func open(
        _ method: HTTPMethod, _ url: String, _ body: Data?, _ type: String, _ patience: Duration,
        _ purpose: Operation
    ) async throws -> HTTPAnswer {
        var (request, key) = try await request(method, url, body: body, patience: patience)
        request.headers.replaceOrAdd(name: "accept", value: type)
        do {
            let answer = try await transport.reopen(request)
            if answer.isSuccess { return answer }
            var reader = answer.reader()
            let words = try await reader.beginning(limit: transport.limits.refusal)
            let document = HTTPDocument(status: answer.status, headers: answer.headers, body: words)
            throw error(await refused(document, key: key), purpose)
        } catch let failure as TransportFailure {
            throw error(failure, isMessage: body != nil)
        }
    }

    // MARK: Errors

    /// A failure in the middle of an answer that ``open(_:body:accepting:for:)`` gave.
    /// - Parameter isMessage: Whether the service may have acted on the request.
    func error(_ failure: TransportFailure, isMessage: Bool = true) -> ServiceError {
        failure.error(host: url.host, account: account, isMessage: isMessage)
    }

    func error(_ refusal: ErrorResponse, _ purpose: Operation) -> ServiceError {
        refusal.error(
            account: account, host: url.host, purpose: purpose, explaining: explaining, now: transport.now())
    }

    /// An answer that is not what the contract says.
    func unreadable(_ error: any Error, _ purpose: Operation) -> ServiceError {
        let what = (error as? DecodingError).map { FastAPIError($0) }
        let detail = what.flatMap { try? WireJSON.encode($0) }.map { ErrorBody($0).text }
        return ServiceError(
            .unreadable,
            "The answer of \(url.host) could not be understood, so Parley could not \(purpose.action). "
                + "Check the service and the url of account “\(account.name)”.",
            detail: detail)
    }

    // MARK: Requests

    /// The headers that show the key.
    /// - Throws: ``ServiceError`` where there is no key.
    func credentials() async throws -> (headers: HTTPHeaders, key: String) {
        let key = try await keys.key()
        return switch scheme {
        case .headerOrToken(let name) where !Self.isToken(key): ([name: key], key)
        case .header(let name): ([name: key], key)
        case .bearer, .headerOrToken: (["authorization": "Bearer \(key)"], key)
        }
    }

    /// Whether a text is a JWT: three parts, of which the first is the beginning of a JSON object in base64.
    private static func isToken(_ text: String) -> Bool {
        text.hasPrefix("eyJ") && text.split(separator: ".", omittingEmptySubsequences: false).count == 3
    }

    /// The service has refused the key elsewhere than in an answer: the next request asks for it anew.
    func forgetKey() async { await keys.forget() }

    private func request(
        _ method: HTTPMethod, _ url: String, body: Data?, patience: Duration
    ) async throws -> (HTTPRequest, key: String) {
        let (credentials, key) = try await credentials()
        var headers: HTTPHeaders = ["accept": "application/json", "user-agent": "parley"]
        if body != nil { headers.add(name: "content-type", value: "application/json") }
        headers.add(contentsOf: credentials)
        return (HTTPRequest(method: method, url: url, headers: headers, body: body, patience: patience), key)
    }

    private func exchange(
        _ method: HTTPMethod, _ url: String, body: Data?, patience: Duration, _ purpose: Operation,
        retrying: Bool
    ) async throws -> Result<HTTPDocument, ErrorResponse> {
        let (request, key) = try await request(method, url, body: body, patience: patience)
        do {
            let document = try await transport.document(request, retrying: retrying)
            return document.isSuccess ? .success(document) : .failure(await refused(document, key: key))
        } catch let failure as TransportFailure {
            throw error(failure, isMessage: !request.onlyReads)
        }
    }

    private func document(
        _ outcome: Result<HTTPDocument, ErrorResponse>, _ purpose: Operation
    ) throws -> HTTPDocument {
        switch outcome {
        case .success(let document): return document
        case .failure(let refusal): throw error(refusal, purpose)
        }
    }

    private func decode<Value: Decodable>(_ document: HTTPDocument, _ purpose: Operation) throws -> Value {
        do {
            return try WireJSON.decode(from: document.body)
        } catch {
            throw unreadable(error, purpose)
        }
    }

    private func refused(_ document: HTTPDocument, key: String) async -> ErrorResponse {
        if document.status == 401 { await keys.forget() }
        return ErrorResponse(document, key: key)
    }
}

extension ServiceURL.Fault {
    fileprivate func message(_ account: ServiceAccount) -> String {
        let subject = "The url of account “\(account.name)”"
        let example = "It should look like https://host.example."
        return switch self {
        case .unreadable: "\(subject) is no address: \(account.url). \(example)"
        case .scheme: "\(subject) begins with neither https:// nor http://: \(account.url). \(example)"
        case .host: "\(subject) names no host: \(account.url). \(example)"
        case .credentials:
            "\(subject) contains a name or a password. Keys belong in key-env, key-file or key-command."
        case .query: "\(subject) has a “?” or a “#”, and nothing can follow those. \(example)"
        }
    }
}

extension TransportFailure {
    /// - Parameter isMessage: Whether the request was one that a service acts on, so that it matters whether it arrived.
    fileprivate func error(host: String, account: ServiceAccount, isMessage: Bool) -> ServiceError {
        let check = "Check the network and the url of account “\(account.name)”."
        let arrived = isMessage ? " It may have received the message all the same." : ""
        return switch self {
        case .nameNotFound: ServiceError(.unreachable, "There is no host named \(host). \(check)")
        case .refused: ServiceError(.unreachable, "Nothing answers at \(host): connection refused. \(check)")
        case .noRoute: ServiceError(.unreachable, "There is no way to \(host). Check the network.")
        case .connectTimeout:
            ServiceError(.unreachable, "\(host) did not take the connection in time. \(check)")
        case .shutDown: ServiceError(.unreachable, "The program is ending; nothing was sent to \(host).")
        case .insecure(let reason):
            ServiceError(
                .insecure,
                "No secure connection to \(host) could be made. Check its certificate, this machine's clock, "
                    + "and whether the url of account “\(account.name)” should begin with http://.",
                detail: reason)
        case .invalidAddress:
            ServiceError(.invalid, "The url of account “\(account.name)” is no address that can be asked.")
        case .closed:
            ServiceError(.interrupted, "\(host) closed the connection before it had answered.\(arrived)")
        case .silent: ServiceError(.interrupted, "\(host) fell silent for too long.\(arrived)")
        case .other(let what):
            ServiceError(.interrupted, "The connection to \(host) failed.\(arrived)", detail: what)
        case .notHTTP: ServiceError(.unreadable, "What answers at \(host) does not speak HTTP. \(check)")
        case .noWebSocket: ServiceError(.unreadable, "\(host) offers no WebSocket. \(check)")
        case .tooLong(let limit):
            ServiceError(
                .unreadable, "\(host) answered with more than \(limit >> 20) MiB, which was not read.")
        case .redirectLoop: ServiceError(.unreadable, "\(host) redirects in a circle. \(check)")
        }
    }
}
