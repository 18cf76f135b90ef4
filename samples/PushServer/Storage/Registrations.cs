using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Xmtp.Client.Push;

namespace PushServer.Storage;

/// <summary>Who wants to hear of what, and where.</summary>
internal sealed class Registrations(Database database)
{
    private const int TokenLength = 32;

    public long Count => database.Count("SELECT count(*) FROM installations");

    /// <summary>Makes an installation and the token that owns it. Only the token's hash is kept.</summary>
    public (string Id, string Token) Add(Target target)
    {
        var (id, token) = (Guid.NewGuid().ToString("N"), Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenLength)));
        database.Execute(
            "INSERT INTO installations (id, token, kind, address, p256dh, auth, secret) VALUES ($id, $token, $kind, $address, $p256dh, $auth, $secret)",
            [("$id", id), ("$token", Hash(token)), .. Columns(target)]);
        return (id, token);
    }

    /// <summary>Whether this is the installation's token. Takes the same time for every wrong one.</summary>
    public bool IsOwner(string id, string token)
    {
        var hashes = database.Read("SELECT token FROM installations WHERE id = $id", static row => row.GetFieldValue<byte[]>(0), ("$id", id));
        return CryptographicOperations.FixedTimeEquals(hashes is [var hash] ? hash : new byte[SHA256.HashSizeInBytes], Hash(token));
    }

    public Target? Find(string id) =>
        database.Read("SELECT kind, address, p256dh, auth, secret FROM installations WHERE id = $id", ReadTarget, ("$id", id)).SingleOrDefault();

    public void Move(string id, Target target) => database.Execute(
        "UPDATE installations SET kind = $kind, address = $address, p256dh = $p256dh, auth = $auth, secret = $secret WHERE id = $id",
        [("$id", id), .. Columns(target)]);

    /// <summary>Removes an installation with its topics and what waits for it.</summary>
    public void Remove(string id) => database.Execute("DELETE FROM installations WHERE id = $id", ("$id", id));

    public long CountTopics(string id) => database.Count("SELECT count(*) FROM topics WHERE installation = $id", ("$id", id));

    /// <summary>Adds topics, or gives those that are there new keys; none of it if there would be too many.</summary>
    public bool TryFollow(string id, IReadOnlyDictionary<string, IReadOnlyList<PushHmacKey>> topics, int topicsMax)
    {
        var hasRoom = true;
        database.InTransaction(() =>
        {
            var added = topics.Keys.Count(topic => database.Count("SELECT count(*) FROM topics WHERE topic = $topic AND installation = $id", ("$topic", topic), ("$id", id)) == 0);
            hasRoom = CountTopics(id) + added <= topicsMax;
            if (!hasRoom) return;
            foreach (var (topic, keys) in topics)
            {
                database.Execute("INSERT OR IGNORE INTO topics (topic, installation) VALUES ($topic, $id)", ("$topic", topic), ("$id", id));
                database.Execute("DELETE FROM keys WHERE topic = $topic AND installation = $id", ("$topic", topic), ("$id", id));
                foreach (var key in keys)
                    database.Execute("INSERT INTO keys (topic, installation, period, key) VALUES ($topic, $id, $period, $key)", ("$topic", topic), ("$id", id), ("$period", key.Period), ("$key", key.Key.ToArray()));
            }
        });
        return hasRoom;
    }

    public void Unfollow(string id, IEnumerable<string> topics) => database.InTransaction(() =>
    {
        foreach (var topic in topics) database.Execute("DELETE FROM topics WHERE topic = $topic AND installation = $id", ("$topic", topic), ("$id", id));
    });

    /// <summary>The installations that follow a topic, each with its keys for it.</summary>
    public IEnumerable<(string Id, PushHmacKey[] Keys)> Followers(string topic) => database.Read(
            "SELECT installation, period, key FROM topics LEFT JOIN keys USING (topic, installation) WHERE topic = $topic",
            static row => (Id: row.GetString(0), Key: row.IsDBNull(1) ? null : new PushHmacKey(row.GetInt64(1), row.GetFieldValue<byte[]>(2))),
            ("$topic", topic))
        .GroupBy(static row => row.Id, static row => row.Key)
        .Select(static group => (group.Key, group.OfType<PushHmacKey>().ToArray()));

    private static (string, object?)[] Columns(Target target) =>
        [("$kind", target.Kind), ("$address", target.Address.AbsoluteUri), ("$p256dh", target.P256dh), ("$auth", target.Auth), ("$secret", target.Secret)];

    private static Target ReadTarget(SqliteDataReader row) => new(
        row.GetString(0), new Uri(row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4));

    private static byte[] Hash(string token) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token));
}
