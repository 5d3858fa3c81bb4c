import AgentAPI
import Foundation
import NIOHTTP1
import SessionCore

/// One account's way to its service: addresses, key, and errors in words. Every failure leaves it as ``ServiceError`` or as
/// `CancellationError`.
struct ServiceConnection: Sendable {
    /// How a service wants to be shown the key.
    enum Scheme: Sendable {
        case header(String)
        case bearer
    }

    let account: ServiceAccount
    let url: ServiceURL
    private let scheme: Scheme
    private let codes: [String: Explanation]
    private let transport: HTTPTransport
    private let keys: KeyRing

    /// - Parameter codes: What the vendor's code words mean.
    /// - Throws: ``ServiceError`` where the account's url is none.
    init(
        _ account: ServiceAccount, scheme: Scheme, codes: [String: Explanation] = [:],
        transport: HTTPTransport
    ) throws {
        self.account = account
        self.scheme = scheme
        self.codes = codes
        self.transport = transport
        keys = KeyRing(account)
        do {
            url = try ServiceURL(account.url)
        } catch {
            throw ServiceError(.invalid, error.message(account))
        }
    }

    /// Reads something; tried again after failures that pass, unless whoever asks does that itself.
    func get<Value: Decodable>(
        _ url: String, as type: Value.Type = Value.self, for purpose: Purpose, retrying: Bool = true
    ) async throws -> Value {
        try await exchange(.GET, url, body: nil, patience: transport.limits.head, purpose, retrying: retrying)
    }

    /// Sends something once and reads the answer.
    func send<Value: Decodable>(
        _ method: HTTPMethod, _ url: String, body: some Encodable, as type: Value.Type = Value.self,
        for purpose: Purpose
    ) async throws -> Value {
        let body = try WireJSON.encode(body)
        return try await exchange(
            method, url, body: body, patience: transport.limits.reply, purpose, retrying: false)
    }

    /// Sends something once and hands over the answer while it arrives; its status is a success.
    func open(_ url: String, body: some Encodable, for purpose: Purpose) async throws -> HTTPAnswer {
        let body = try WireJSON.encode(body)
        let (request, key) = try await request(.POST, url, body: body, patience: transport.limits.reply)
        do {
            let answer = try await transport.open(request)
            if answer.isSuccess { return answer }
            var reader = answer.reader()
            let words = try await reader.beginning(limit: transport.limits.refusal)
            throw await refused(
                HTTPDocument(status: answer.status, headers: answer.headers, body: words), purpose, key: key)
        } catch let failure as TransportFailure {
            throw error(failure, sent: true)
        }
    }

    /// A failure in the middle of an answer that ``open(_:body:for:)`` gave.
    func error(_ failure: TransportFailure, sent: Bool) -> ServiceError {
        failure.error(host: url.host, account: account, isMessage: sent)
    }

    /// An answer that is not what the contract says.
    func unreadable(_ error: any Error, _ purpose: Purpose) -> ServiceError {
        let what = (error as? DecodingError).map { FastAPIError($0) }
        let detail = what.flatMap { try? WireJSON.encode($0) }.map { ErrorBody($0).text }
        return ServiceError(
            .unreadable,
            "The answer of \(url.host) could not be understood, so Parley could not \(purpose.action). "
                + "Check the service and the url of account “\(account.name)”.",
            detail: detail)
    }

    private func exchange<Value: Decodable>(
        _ method: HTTPMethod, _ url: String, body: Data?, patience: Duration, _ purpose: Purpose,
        retrying: Bool
    ) async throws -> Value {
        let (request, key) = try await request(method, url, body: body, patience: patience)
        let document: HTTPDocument
        do {
            document = try await transport.document(request, retrying: retrying)
        } catch let failure as TransportFailure {
            throw error(failure, sent: body != nil)
        }
        guard document.isSuccess else { throw await refused(document, purpose, key: key) }
        do {
            return try WireJSON.decode(from: document.body)
        } catch {
            throw unreadable(error, purpose)
        }
    }

    private func request(
        _ method: HTTPMethod, _ url: String, body: Data?, patience: Duration
    ) async throws -> (HTTPRequest, key: String) {
        let key = try await keys.key()
        var headers: HTTPHeaders = ["accept": "application/json", "user-agent": "parley"]
        if body != nil { headers.add(name: "content-type", value: "application/json") }
        switch scheme {
        case .header(let name): headers.add(name: name, value: key)
        case .bearer: headers.add(name: "authorization", value: "Bearer \(key)")
        }
        return (HTTPRequest(method: method, url: url, headers: headers, body: body, patience: patience), key)
    }

    private func refused(_ document: HTTPDocument, _ purpose: Purpose, key: String) async -> ServiceError {
        if document.status == 401 { await keys.forget() }
        return Refusal(document).error(
            account: account, host: url.host, purpose: purpose, codes: codes, key: key, now: transport.now())
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
                "No secure connection to \(host) could be made. Check its certificate, this machine's clock, and "
                    + "whether the url of account “\(account.name)” should begin with http://.",
                detail: reason)
        case .invalidAddress:
            ServiceError(.invalid, "The url of account “\(account.name)” is no address that can be asked.")
        case .closed:
            ServiceError(.interrupted, "\(host) closed the connection before it had answered.\(arrived)")
        case .silent: ServiceError(.interrupted, "\(host) fell silent for too long.\(arrived)")
        case .other(let what):
            ServiceError(.interrupted, "The connection to \(host) failed.\(arrived)", detail: what)
        case .notHTTP: ServiceError(.unreadable, "What answers at \(host) does not speak HTTP. \(check)")
        case .tooLong(let limit):
            ServiceError(
                .unreadable, "\(host) answered with more than \(limit >> 20) MiB, which was not read.")
        case .redirectLoop: ServiceError(.unreadable, "\(host) redirects in a circle. \(check)")
        }
    }
}
