using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Google.Protobuf;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.Network.V1;

namespace Xmtp.Node.Core.Membership;

/// <summary>What of a record can be judged without clock, key or network. Nothing that passes here can hurt a log line or a dial.</summary>
internal static class RecordShape
{
    /// <summary>Reads a record from outside.</summary>
    /// <param name="signed">The record as it came.</param>
    /// <param name="record">What it says.</param>
    /// <param name="node">Whose it says it is.</param>
    /// <param name="problem">What is wrong with it.</param>
    public static bool TryRead(SignedRecord? signed, [NotNullWhen(true)] out NodeRecord? record, out NodeId node, out string problem)
    {
        (record, node, problem) = (null, default, "the record is missing");
        if (signed is null || signed.Record.IsEmpty) return false;
        problem = "the record is too long";
        if (signed.Record.Length + signed.Signature.Length > MeshLimits.RecordLengthMaxBytes || signed.CalculateSize() > MeshLimits.RecordLengthMaxBytes) return false;
        problem = "the record is malformed";
        if (signed.Signature.Length != NodePublicKey.SignatureLength) return false;
        NodeRecord read;
        try
        {
            read = NodeRecord.Parser.ParseFrom(signed.Record);
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }

        if (Problem(read) is { } found)
        {
            problem = found;
            return false;
        }

        Span<byte> hash = stackalloc byte[Hash256.Length];
        SHA256.HashData(read.PublicKey.Span, hash);
        (record, node, problem) = (read, new NodeId(new Hash256(hash)), string.Empty);
        return true;
    }

    /// <summary>What is wrong with a record's fields; null when nothing is.</summary>
    public static string? Problem(NodeRecord record)
    {
        if (record.PublicKey.Length != NodePublicKey.Length) return "the public key has another length";
        if (record.Network.Length == 0 || !EndpointText.IsLabel(record.Network)) return "the network's name is empty, too long or not plain text";
        if (record.NodeEndpoint.Length > 0 && !EndpointText.IsHostPort(record.NodeEndpoint)) return "the node endpoint is not host:port";
        if (!IsHttpOrEmpty(record.GrpcEndpoint) || !IsHttpOrEmpty(record.GrpcWebEndpoint) || !IsHttpOrEmpty(record.HttpEndpoint)) return "a client endpoint is not an absolute http or https address";
        if (!EndpointText.IsLabel(record.Software) || !EndpointText.IsLabel(record.Region)) return "software or region is too long or not plain text";
        if (record.ProtocolMin == 0 || record.ProtocolMin > record.ProtocolMax) return "the protocol range is empty";
        // The upper half is left free so that one above always exists.
        if (record.Counter is 0 or > long.MaxValue) return "the counter is out of range";
        if (record.IssuedNs <= 0 || record.ExpiresNs <= record.IssuedNs) return "the times are out of order";
        if (record.ExpiresNs - record.IssuedNs > MeshLimits.RecordLifetime.Ticks * UnixTime.NanosecondsPerTick) return "the record is valid for longer than a day";
        return record.AdmissionProof.Length > MeshLimits.AdmissionProofLengthMaxBytes ? "the admission proof is too long" : null;
    }

    private static bool IsHttpOrEmpty(string text) => text.Length == 0 || EndpointText.IsHttp(text);
}
