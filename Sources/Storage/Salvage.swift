import Foundation
import GRDB

/// What became of a damaged database: the file is kept under another name, and what could be read of it is in a new one.
public struct Salvage: Hashable, Sendable {
    /// Where the damaged file is now.
    public var setAside: String
    /// How many rows of each table were saved.
    public var rows: [String: Int]
    /// Tables of which something could not be read.
    public var incomplete: Set<String>
}

extension DatabaseFile {
    /// Whether another process has the database open, or is about to.
    /// - Parameter leases: what precedes the names of the lock files of processes.
    public func isOpenElsewhere(leases: String) -> Bool {
        FileLock.isAnyHeld(prefix: leases, except: path + "-process-0")
    }

    /// Sets a damaged file aside, with its log, and copies what can be read of it into a new database.
    ///
    /// - Parameters:
    ///   - leases: what precedes the names of the lock files of other processes: while one of them is alive, nothing is done.
    ///   - now: gives the file its new name.
    ///   - repair: mends the rows that were saved, before those are removed that refer to lost ones.
    /// - Throws: ``StoreError``; then the damaged file has its name back.
    public func salvage(
        _ configuration: Configuration, leases: String, at now: Date,
        repair: (Database) throws -> Void = { _ in }
    ) throws(StoreError) -> Salvage {
        try FileLock.withLock(at: path + "-process-0") { () throws(StoreError) in
            guard !isOpenElsewhere(leases: leases) else { throw .damaged(path) }
            let aside = try setAside(at: now)
            do throws(StoreError) {
                return try StoreError.catching(path) { try fill(from: aside, configuration, repair) }
            } catch {
                for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
                for suffix in ["", "-wal"] { rename(aside + suffix, path + suffix) }
                throw error
            }
        }
    }

    /// - Returns: the new name.
    private func setAside(at now: Date) throws(StoreError) -> String {
        let name = path.hasSuffix(".sqlite") ? String(path.dropLast(7)) : path
        let stamp = Self.stamp.string(from: now)
        let names = (1...).lazy.map { "\(name).damaged-\(stamp)\($0 == 1 ? "" : "-\($0)").sqlite" }
        guard let aside = names.first(where: { access($0, F_OK) != 0 }), rename(path, aside) == 0 else {
            throw StoreError(
                .damaged, path: path,
                "\(path) is damaged, and cannot be set aside: \(FileError.reason(of: errno)).")
        }
        rename(path + "-wal", aside + "-wal")
        unlink(path + "-shm")
        return aside
    }

    private static var stamp: DateFormatter {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.dateFormat = "yyyyMMdd-HHmmss"
        return format
    }

    private func fill(
        from aside: String, _ configuration: Configuration, _ repair: (Database) throws -> Void
    ) throws -> Salvage {
        var configuration = configuration
        configuration.foreignKeysEnabled = false
        try PrivateFile.create(path)
        let target = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? target.close() }
        try migrator.migrate(target)
        var salvage = Salvage(setAside: aside, rows: [:], incomplete: [])
        let scratch = path + "-scratch"
        let source =
            try openDamaged(aside) ?? openWithNewStart(aside, at: scratch, like: target)
        defer {
            try? source?.close()
            unlink(aside + "-shm")
            unlink(scratch)
        }
        try target.write { db in
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            for table in try db.ownTables() {
                let copy = try source?.unsafeRead { try TableCopy(table, from: $0, to: db) }
                salvage.rows[table] = copy?.count ?? 0
                if copy?.isWhole != true { salvage.incomplete.insert(table) }
            }
            try repair(db)
            try db.deleteOrphans()
        }
        return salvage
    }

    /// - Returns: nil if nothing of it can be read.
    private func openDamaged(_ aside: String) -> DatabaseQueue? {
        readable(aside) ?? readable("file:\(aside)?immutable=1")
    }

    private func readable(_ name: String) -> DatabaseQueue? {
        var configuration = Configuration()
        configuration.readonly = true
        guard let queue = try? DatabaseQueue(path: name, configuration: configuration),
            let tables = try? queue.unsafeRead({ try Row.fetchAll($0, sql: "SELECT * FROM sqlite_schema") }),
            !tables.isEmpty
        else { return nil }
        return queue
    }

    /// A copy of a file whose first page is lost, which says where the tables begin. That of a new database says the same: tables are
    /// created in the same order, and stay where they are.
    /// - Parameter new: a database that has just been created.
    /// - Returns: nil if that does not help.
    private func openWithNewStart(
        _ aside: String, at scratch: String, like new: DatabaseQueue
    ) throws -> DatabaseQueue? {
        let (pageSize, schema) = try new.read { db in
            (
                try Int.fetchOne(db, sql: "PRAGMA page_size") ?? 4096,
                (try? Int.fetchAll(
                    db, sql: "SELECT pageno FROM dbstat WHERE name = 'sqlite_schema'")) ?? [1]
            )
        }
        guard (try? FileManager.default.copyItem(atPath: aside, toPath: scratch)) != nil,
            let start = FileManager.default.contents(atPath: path),
            let file = FileHandle(forUpdatingAtPath: scratch)
        else { return nil }
        defer { try? file.close() }
        for page in schema {
            let range = (page - 1) * pageSize..<page * pageSize
            guard range.upperBound <= start.count, range.upperBound <= Self.size(of: aside) else {
                return nil
            }
            try file.seek(toOffset: UInt64(range.lowerBound))
            try file.write(contentsOf: start[range])
        }
        // How many pages the file has: 4 bytes from the 28th.
        let count = UInt32(Self.size(of: aside) / pageSize)
        try file.seek(toOffset: 28)
        try file.write(contentsOf: withUnsafeBytes(of: count.bigEndian) { Data($0) })
        return readable(scratch)
    }
}

/// Copies the rows of a table that can be read, one by one.
private struct TableCopy {
    private(set) var count = 0
    private(set) var isWhole = true
    private let table: String
    private let columns: [String]
    private let key: [String]

    /// The most numbers that are looked up between those that the damaged table gives.
    private static let gapLimit: Int64 = 200_000

    init(_ table: String, from source: Database, to target: Database) throws {
        self.table = table
        key = try target.primaryKey(table).columns
        let known = try target.columns(in: table).map(\.name)
        let there = (try? source.columns(in: table).map(\.name)) ?? []
        columns = known.filter { there.contains($0) }
        guard Set(key).isSubset(of: columns) else {
            isWhole = false
            return
        }
        for key in keys(in: source) {
            let row: [DatabaseValue]?
            do {
                row = try self.row(key, in: source)
            } catch {
                isWhole = false
                continue
            }
            if let row { try insert(row, into: target) }
        }
    }

    /// The keys of the rows, from both ends up to what cannot be read, and by their numbers between.
    private mutating func keys(in source: Database) -> [[DatabaseValue]] {
        var first = walk(source, "ASC")
        guard !first.isWhole else { return first.keys }
        isWhole = false
        let last = walk(source, "DESC")
        guard !last.isWhole else { return last.keys }
        if key.count == 1, let low = first.keys.last?.first.flatMap(Int64.fromDatabaseValue),
            let high = last.keys.last?.first.flatMap(Int64.fromDatabaseValue), low < high,
            high - low < Self.gapLimit
        {
            first.keys += (low + 1..<high).map { [$0.databaseValue] }
        }
        return first.keys + last.keys.reversed()
    }

    private func walk(_ source: Database, _ order: String) -> (keys: [[DatabaseValue]], isWhole: Bool) {
        var keys: [[DatabaseValue]] = []
        do {
            let rows = try Row.fetchCursor(
                source,
                sql: "SELECT \(list(key)) FROM \(table) ORDER BY "
                    + key.map { "\($0) \(order)" }.joined(separator: ", "))
            while let row = try rows.next() { keys.append(Array(row.databaseValues)) }
            return (keys, true)
        } catch {
            return (keys, false)
        }
    }

    private func row(_ values: [DatabaseValue], in source: Database) throws -> [DatabaseValue]? {
        try Row.fetchOne(
            source.cachedStatement(
                sql: "SELECT \(list(columns)) FROM \(table) WHERE "
                    + key.map { "\($0) = ?" }.joined(separator: " AND ")),
            arguments: StatementArguments(values)
        ).map { Array($0.databaseValues) }
    }

    private mutating func insert(_ row: [DatabaseValue], into target: Database) throws {
        do {
            try target.cachedStatement(
                sql: "INSERT OR REPLACE INTO \(table) (\(list(columns))) VALUES "
                    + "(\(columns.map { _ in "?" }.joined(separator: ", ")))"
            ).execute(arguments: StatementArguments(row))
            count += 1
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            // What is in it is not what was written.
            isWhole = false
        }
    }

    private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}

extension Database {
    /// The tables that hold rows of ours: no virtual table, and none that belongs to one.
    fileprivate func ownTables() throws -> [String] {
        try String.fetchAll(
            self,
            sql: """
                SELECT name FROM pragma_table_list
                WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
                """)
    }

    /// Ends references to rows that are not there: removes the reference where it may be missing, else the row.
    fileprivate func deleteOrphans() throws {
        var isChanged = true
        while isChanged {
            isChanged = false
            for table in try ownTables() {
                for reference in try foreignKeys(on: table) {
                    let match = reference.mapping
                        .map { "parent.\($0.destination) = \(table).\($0.origin)" }.joined(separator: " AND ")
                    let present = reference.mapping.map { "\($0.origin) IS NOT NULL" }.joined(
                        separator: " AND ")
                    let required = try columns(in: table).filter(\.isNotNull).map(\.name)
                    let isRequired = reference.mapping.contains { required.contains($0.origin) }
                    let change =
                        isRequired
                        ? "DELETE FROM \(table)"
                        : "UPDATE \(table) SET "
                            + reference.mapping.map { "\($0.origin) = NULL" }.joined(separator: ", ")
                    try execute(
                        sql: """
                            \(change) WHERE \(present)
                                AND NOT EXISTS (SELECT 1 FROM \(reference.destinationTable) AS parent WHERE \(match))
                            """)
                    if changesCount > 0 { isChanged = true }
                }
            }
        }
    }
}
