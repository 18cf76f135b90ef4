using System.Runtime.Versioning;

// What is only there in a browser is always there.
[assembly: SupportedOSPlatform("browser")]
