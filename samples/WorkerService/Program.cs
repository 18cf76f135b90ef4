using WorkerService;

var builder = Host.CreateApplicationBuilder(args);
builder.Configuration.AddCommandLine(args, new Dictionary<string, string> { ["--node"] = "Xmtp:Nodes:0" });
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddXmtpClient();
builder.Services.AddHostedService<Reporter>();
builder.Build().Run();
