using Xmtp.Node.Core.Membership;

namespace Xmtp.Node.Options;

/// <summary>What must hold for the options of the network.</summary>
internal static class NetworkOptionsValidator
{
    /// <summary>More would keep honest nodes busy for hours.</summary>
    public const int AdmissionBitsMax = 32;

    /// <summary>Every problem, one sentence each.</summary>
    public static IEnumerable<string> Validate(NetworkSettings network, bool isOn)
    {
        if (!isOn && network.Bootstrap.Count > 0) yield return "--bootstrap: needs --network-port, which is off";
        if (network.Name.Length == 0 || !EndpointText.IsLabel(network.Name)) yield return "--network: must be 1 to 64 printable ASCII characters";
        if (!EndpointText.IsLabel(network.Region)) yield return "--region: must be at most 64 printable ASCII characters";
        foreach (var address in network.Bootstrap.Where(static address => !EndpointText.IsHostPort(address)))
            yield return $"--bootstrap: must be host:port, for example node1.example.org:5600; {address} is not";
        if (network.Advertise is { } advertise && !EndpointText.IsHostPort(advertise) && !EndpointText.IsHostPort($"{advertise}:1"))
            yield return $"--advertise: must be a host or host:port, an IPv6 address in brackets; {advertise} is neither";

        (string Name, string? Value)[] addresses = [("advertise-grpc", network.AdvertiseGrpc), ("advertise-grpc-web", network.AdvertiseGrpcWeb), ("advertise-http", network.AdvertiseHttp)];
        foreach (var (name, value) in addresses.Where(static address => address.Value is not null && !EndpointText.IsHttp(address.Value)))
            yield return $"--{name}: must be an absolute address such as https://xmtp.example.org:443; {value} is none";

        (string Name, string? Path)[] files = [("network-allow-list", network.AllowListFile), ("network-deny-list", network.DenyListFile)];
        foreach (var (name, path) in files.Where(static file => file.Path is not null))
            if (Problem(path!) is { } problem) yield return $"--{name}: {path}: {problem}";
        if (network.AdmissionBits is < 0 or > AdmissionBitsMax) yield return $"--admission-bits: must be a whole number from 0 to {AdmissionBitsMax}, not {network.AdmissionBits}";
    }

    private static string? Problem(string path)
    {
        try
        {
            NodeIdFile.Read(path);
            return null;
        }
        catch (FileNotFoundException)
        {
            return "there is no such file";
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            return problem.Message;
        }
    }
}
