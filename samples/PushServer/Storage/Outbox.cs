using System.Buffers.Binary;
using System.Security.Cryptography;
using Xmtp.Protocol.Envelopes;
using Xmtp.Protocol.MessageApi.V1;

namespace PushServer.Storage;

/// <summary>
/// What is to be delivered, and up to where the network was followed. Both are in one file, so that after a kill the follower goes on
/// from a position at or below everything that is here: what it brings again is known by its id. An entry that was delivered stays
/// until a later position was saved, because only then it cannot come again.
/// </summary>
internal sealed class Outbox(Database database, TimeProvider time)
{
    private static readonly TimeSpan KeptAfterDelivery = TimeSpan.FromHours(1);

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Up to where everything was looked at; null at the very beginning.</summary>
    public string? Position => database.Read("SELECT value FROM state WHERE name = 'position'", static row => row.GetString(0)).SingleOrDefault();

    public long CountWaiting() => database.Count("SELECT count(*) FROM outbox WHERE done IS NULL");

    public long CountWaiting(string installation) => database.Count("SELECT count(*) FROM outbox WHERE done IS NULL AND installation = $id", ("$id", installation));

    /// <summary>When the next delivery is due; null when none waits.</summary>
    public DateTimeOffset? NextDue => database
        .Read("SELECT min(due) FROM outbox WHERE number IN (SELECT min(number) FROM outbox WHERE done IS NULL GROUP BY installation)", static row => row.IsDBNull(0) ? null : (long?)row.GetInt64(0))
        .Single() is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null;

    /// <summary>Saves that everything before a position was put here, and forgets what cannot come again.</summary>
    public void MoveTo(string position) => database.InTransaction(() =>
    {
        database.Execute("INSERT OR REPLACE INTO state (name, value) VALUES ('position', $position)", ("$position", position));
        database.Execute("DELETE FROM outbox WHERE done IS NOT NULL AND round <= $round AND done < $before", ("$round", Round), ("$before", Now - (long)KeptAfterDelivery.TotalMilliseconds));
        database.Execute("INSERT OR REPLACE INTO state (name, value) VALUES ('round', $round)", ("$round", Round + 1));
    });

    /// <summary>Puts a message here for one installation.</summary>
    /// <returns>False when it was here before.</returns>
    public bool Add(string installation, Envelope envelope) => database.Execute(
        "INSERT OR IGNORE INTO outbox (installation, id, topic, message, round, created, due) VALUES ($installation, $id, $topic, $message, $round, $now, $now)",
        ("$installation", installation), ("$id", Id(envelope)), ("$topic", envelope.ContentTopic), ("$message", envelope.Message.ToByteArray()), ("$round", Round), ("$now", Now)) > 0;

    /// <summary>The oldest of each installation that is due: one that cannot be reached holds up only itself.</summary>
    public List<Delivery> Due(int limit) => database.Read(
        """
        SELECT number, installation, id, topic, message, created, attempts FROM outbox
        WHERE number IN (SELECT min(number) FROM outbox WHERE done IS NULL GROUP BY installation) AND due <= $now ORDER BY due LIMIT $limit
        """,
        static row => new Delivery(
            row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<byte[]>(4), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(5)), row.GetInt32(6)),
        ("$now", Now), ("$limit", limit));

    /// <summary>It was delivered, or never will be. The message is dropped, the id stays.</summary>
    public void Finish(Delivery delivery) =>
        database.Execute("UPDATE outbox SET done = $now, message = NULL WHERE number = $number", ("$now", Now), ("$number", delivery.Number));

    /// <summary>It is due again after a pause, and not a part of a millisecond before.</summary>
    public void Postpone(Delivery delivery, TimeSpan pause) => database.Execute(
        "UPDATE outbox SET attempts = attempts + 1, due = $due WHERE number = $number", ("$due", Now + (long)pause.TotalMilliseconds + 1), ("$number", delivery.Number));

    private long Round => database.Read("SELECT value FROM state WHERE name = 'round'", static row => row.GetInt64(0)).SingleOrDefault();

    // What the network tells envelopes apart by: topic, sender time, digest.
    private static string Id(Envelope envelope)
    {
        Span<byte> parts = stackalloc byte[sizeof(ulong) + EnvelopeDigest.Length];
        BinaryPrimitives.WriteUInt64BigEndian(parts, envelope.TimestampNs);
        EnvelopeDigest.Compute(envelope.ContentTopic, envelope.Message.Span, parts[sizeof(ulong)..]);
        return Convert.ToHexStringLower(SHA256.HashData(parts)[..16]);
    }
}
